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

    /// <summary>Refuses a factor whose levels are too many to be one.</summary>
    /// <exception cref="InvalidModelDataException">They are.</exception>
    void CheckLevelCount(Factor factor, string column);
}
