using Glmm.Sparse.LinearAlgebra;
using Glmm.Sparse.Model.Covariance;

namespace Glmm.Sparse.Core;

/// <summary>Looks for a direction of D along which the data say nothing, so that no estimate of it means
/// anything.</summary>
internal static class FlatDirection
{
    // Expected information below this fraction of the largest, or of one cluster's, is rounding of 0.
    private const double Nothing = 1e-9;

    // A coordinate that moves no element of D by this much, in natural units, is stuck on the boundary by construction.
    private const double Stuck = 1e-6;

    /// <summary>Looks at the point where the model was differentiated last.</summary>
    /// <param name="structure">The structure of D.</param>
    /// <param name="model">The working model.</param>
    /// <param name="theta">The point.</param>
    /// <param name="direction">Overwritten by the direction, in units of the coordinates.</param>
    /// <returns>Whether there is one.</returns>
    internal static bool Find(
        CovarianceStructure structure, WorkingMixedModel model, ReadOnlySpan<double> theta, Span<double> direction)
    {
        int m = structure.ComponentCount, packed = LaneCholesky.PackedLength(structure.Dimension);
        double[] information = new double[packed * packed], projected = new double[m * m], size = new double[m];
        model.ExpectedInformationInto(information);
        var jacobian = new CovarianceJacobian(structure);
        jacobian.Refresh(theta);
        jacobian.Project(information, projected);

        // A variance far from 0 is known relative to its size, one near 0 in its natural unit.
        structure.UnitsInto(model.Units, size);
        var free = new List<int>();
        for (int l = 0; l < m; l++)
        {
            size[l] = Math.Max(size[l], Math.Abs(theta[l]));
            if (size[l] * jacobian.LargestChange(l, model.Units) > Stuck) free.Add(l);
        }

        direction.Clear();
        if (free.Count > 0) return IsFlat(projected, size, free, direction);

        // D̃ = 0: the data must at least be able to tell it from something else.
        double trace = 0;
        for (int a = 0; a < structure.Dimension; a++)
        {
            int at = LaneCholesky.PackedIndex(a, a);
            trace += information[(at * packed) + at] * model.Units[a] * model.Units[a];
        }

        direction.Fill(1);
        return trace < Nothing;
    }

    private static bool IsFlat(double[] projected, double[] size, List<int> free, Span<double> direction)
    {
        int n = free.Count, m = size.Length, least = 0;
        double[] matrix = new double[n * n], values = new double[n], vectors = new double[n * n];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
                matrix[(i * n) + j] = projected[(free[i] * m) + free[j]] * size[free[i]] * size[free[j]];
        }

        SymmetricEigen.Decompose(matrix, n, values, vectors);
        for (int e = 1; e < n; e++)
        {
            if (values[e] < values[least]) least = e;
        }

        for (int i = 0; i < n; i++) direction[free[i]] = vectors[(i * n) + least];
        return values[least] < Nothing * Math.Max(values.Max(), 1);
    }
}
