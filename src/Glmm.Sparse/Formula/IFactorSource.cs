namespace Glmm.Sparse.Formula;

/// <summary>Where a design gets its factors from: the data that a model is fitted to, or the model.</summary>
internal interface IFactorSource
{
    /// <summary>Whether the column is a factor by decree, whatever its kind.</summary>
    bool HasLevels(string column);

    /// <summary>Makes a factor.</summary>
    /// <param name="column">The column's name.</param>
    /// <param name="name">What R calls the factor: the column, or a call such as <c>factor(x)</c>.</param>
    /// <exception cref="InvalidModelDataException">A level is unknown.</exception>
    Factor Build(string column, string name);

    /// <summary>The factor of a truth value.</summary>
    Factor BuildTruth(string name, RowEvaluator truth);

    /// <summary>A factor that a call computes, such as <c>cut(x, c(0, 1, 2))</c>.</summary>
    /// <param name="call">The call.</param>
    /// <param name="labels">The levels that it can have.</param>
    /// <param name="codes">The number of each row's level, −1 where it has none.</param>
    /// <exception cref="InvalidModelDataException">A row has no level, or an unknown one.</exception>
    Factor BuildComputed(Expression call, IReadOnlyList<string> labels, RowEvaluator codes);

    /// <summary>A factor whose levels are the different values of a computed number.</summary>
    /// <param name="expression">The number.</param>
    /// <param name="number">Computes it.</param>
    /// <exception cref="InvalidModelDataException">A level is unknown.</exception>
    Factor BuildNumber(Expression expression, RowEvaluator number);

    /// <summary>Refuses a factor whose levels are too many to be one.</summary>
    /// <exception cref="InvalidModelDataException">They are.</exception>
    void CheckLevelCount(Factor factor, string column);
}
