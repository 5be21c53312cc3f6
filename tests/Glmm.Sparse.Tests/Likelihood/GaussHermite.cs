using MathNet.Numerics.LinearAlgebra;

namespace Glmm.Sparse.Tests.Likelihood;

/// <summary>Nodes and weights for ∫ e^−z² f(z) dz: Golub &amp; Welsch (1969), each node polished by Newton steps.</summary>
internal sealed class GaussHermite
{
    internal GaussHermite(int count)
    {
        Matrix<double> jacobi = Matrix<double>.Build.Dense(
            count, count, (a, b) => Math.Abs(a - b) == 1 ? Math.Sqrt(Math.Max(a, b) / 2.0) : 0);
        Nodes = [.. jacobi.Evd(Symmetricity.Symmetric).EigenValues.Select(z => z.Real)];
        Weights = new double[count];
        for (int k = 0; k < count; k++)
        {
            double squares = 0;
            for (int step = 0; step < 3; step++)
            {
                // The orthonormal polynomials h_0 … h_n; h_n' = √(2n) h_{n−1}, and Σ h_j² over j < n is 1/weight.
                double previous = 0, current = Math.Pow(Math.PI, -0.25);
                squares = 0;
                for (int j = 0; j < count; j++)
                {
                    squares += current * current;
                    (previous, current) = (current,
                        (Nodes[k] * Math.Sqrt(2.0 / (j + 1)) * current) - (Math.Sqrt(j / (j + 1.0)) * previous));
                }

                Nodes[k] -= current / (Math.Sqrt(2.0 * count) * previous);
            }

            Weights[k] = 1 / squares;
        }
    }

    internal double[] Nodes { get; }

    internal double[] Weights { get; }
}
