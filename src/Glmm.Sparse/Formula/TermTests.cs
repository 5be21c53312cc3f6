using Glmm.Sparse.Inference;
using Glmm.Sparse.LinearAlgebra;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Formula;

/// <summary>
/// Wald tests of the terms of the fixed effects, of type II as R's car has them and of type III as lmerTest and SAS do.
/// </summary>
/// <remarks>
/// Neither depends on how factors are coded. car's own type III does: it tests the columns of a term as they are, which
/// with treatment contrasts is the effect at the other factors' reference levels, and agrees with type III here where
/// contrasts sum to zero; <see cref="FixedEffectInference.Joint(IReadOnlyList{string}, string?)"/> tests columns as
/// they are.
/// </remarks>
public static class TermTests
{
    /// <summary>
    /// Type II: each term after all others but those that contain it, which is the contrast of its coefficients that is
    /// uncorrelated with those of the terms that contain it.
    /// </summary>
    /// <param name="schema">The model's schema, <see cref="ModelFrame.Schema"/>.</param>
    /// <param name="inference">The fit's inference: its covariance and degrees of freedom are used.</param>
    /// <returns>A test for each term; NaN for a term without a column of its own.</returns>
    /// <exception cref="InvalidModelDataException">The schema is another model's.</exception>
    public static TermTestTable TypeII(ModelSchema schema, FixedEffectInference inference)
    {
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(inference);
        IReadOnlyList<SchemaTerm> terms = schema.For(inference.Fit).Terms;
        double[,] covariance = inference.Covariance;
        var tests = new List<JointTest>();
        foreach (SchemaTerm term in terms.Where(term => term.Degree > 0))
        {
            int[] own = [.. term.Columns.Select(column => column.Index)];
            int[] relatives =
            [
                .. terms.Where(other => other != term && term.IsContainedIn(other))
                    .SelectMany(other => other.Columns).Select(column => column.Index),
            ];
            tests.Add(own.Length == 0
                ? None(term)
                : inference.Joint(Adjusted(own, relatives, covariance), term.Name));
        }

        return new TermTestTable("type II", inference.Description, tests);
    }

    /// <summary>
    /// Type III: main effects and interactions of marginal means, which weigh the levels of all other factors equally;
    /// of a term with covariates those of the slopes, the others at 0 of the covariates.
    /// </summary>
    /// <param name="schema">The model's schema, <see cref="ModelFrame.Schema"/>.</param>
    /// <param name="inference">The fit's inference: its covariance and degrees of freedom are used.</param>
    /// <returns>A test for each term; NaN for one whose means the data do not determine, because combinations of levels
    /// have no rows or columns were dropped as collinear.</returns>
    /// <exception cref="InvalidModelDataException">The schema is another model's.</exception>
    public static TermTestTable TypeIII(ModelSchema schema, FixedEffectInference inference)
    {
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(inference);
        var columns = new KeptColumns(schema, inference.Fit);
        var tests = new List<JointTest>();
        foreach (SchemaTerm term in columns.All.Terms.Where(term => term.Degree > 0))
        {
            double[][] rows = new TermContrasts(columns.All.Terms, term, columns.All.FixedNames.Count).Rows();
            double[][]? kept = columns.Reduce(rows);
            tests.Add(kept is null ? None(term) : inference.Joint(Matrix(kept), term.Name));
        }

        return new TermTestTable("type III", inference.Description, tests);
    }

    private static JointTest None(SchemaTerm term) => new(term.Name, double.NaN, 0, double.NaN, double.NaN);

    // α_own − C_or C_rr⁻¹ α_relatives.
    private static double[,] Adjusted(int[] own, int[] relatives, double[,] covariance)
    {
        int r = relatives.Length, width = r + own.Length;
        var system = new double[r * width];
        for (int a = 0; a < r; a++)
        {
            // Scaled to a diagonal of 1, so that no covariate's unit matters.
            double scale = 1 / Math.Sqrt(covariance[relatives[a], relatives[a]]);
            for (int b = 0; b < r; b++) system[(a * width) + b] = scale * covariance[relatives[a], relatives[b]];
            for (int c = 0; c < own.Length; c++) system[(a * width) + r + c] = scale * covariance[relatives[a], own[c]];
        }

        SmallMatrices.Eliminate(system, r, width);
        var rows = new double[own.Length, covariance.GetLength(0)];
        for (int c = 0; c < own.Length; c++)
        {
            rows[c, own[c]] = 1;
            for (int a = 0; a < r; a++) rows[c, relatives[a]] = -system[(a * width) + r + c];
        }

        return rows;
    }

    private static double[,] Matrix(double[][] rows)
    {
        var matrix = new double[rows.Length, rows[0].Length];
        for (int a = 0; a < rows.Length; a++)
        {
            for (int j = 0; j < rows[a].Length; j++) matrix[a, j] = rows[a][j];
        }

        return matrix;
    }
}
