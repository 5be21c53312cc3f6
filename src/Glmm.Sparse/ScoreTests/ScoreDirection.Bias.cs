using Glmm.Sparse.LinearAlgebra;

namespace Glmm.Sparse.ScoreTests;

/// <content>
/// What the variance of Q is on average too large or too small for being taken at α̂ instead of α: half the trace of
/// its second derivative in α times Cov α̂, and its slope times the bias of α̂. With dκ_r/dη = rρκ_r + κ_{r+1} the
/// cumulants are their own derivatives. In sixty binary rows it is a tenth.
/// </content>
internal sealed partial class ScoreDirection
{
    // Beyond this the expansion is no guide.
    private const double LargestBias = 0.5;

    // The factor that takes the bias out of the variance.
    private double BiasFactor(double variance, ReadOnlySpan<double> solved)
    {
        ScoreRows rows = _state.Rows;
        int p = rows.FixedCount, square = _rank * _rank;
        var tensor = new double[square * p];
        double[] moved = new double[square], slope = new double[p * p];
        double traces = 0, traceBias = 0, bias = 0;
        for (int i = 0; i < rows.ClusterCount; i++)
        {
            ReadOnlySpan<double> information = _information.AsSpan(i * square, square);
            Array.Clear(tensor);
            Array.Clear(moved);
            for (int r = rows.Start[i]; r < rows.Start[i + 1]; r++)
            {
                ReadOnlySpan<double> f = _rows.AsSpan(r * _rank, _rank), x = _state.Whitened.AsSpan(r * p, p);
                ReadOnlySpan<double> k = _state.Cumulants.AsSpan(4 * r, 4);
                double w = _state.Weights[r], rho = _state.Bend[r], h = _state.Leverage[r], e = _state.Shift[r];
                double w1 = (2 * rho * w) + k[0], k31 = (3 * rho * k[0]) + k[1], k41 = (4 * rho * k[1]) + k[2];
                double w2 = (2 * rho * w1) + k31, k51 = (5 * rho * k[2]) + k[3];
                double k32 = (3 * rho * k31) + k41, k42 = (4 * rho * k41) + k51, m = _diagonal[r];
                for (int a = 0; a < _rank; a++)
                {
                    for (int b = 0; b < _rank; b++)
                    {
                        int at = (a * _rank) + b;
                        moved[at] += ((w2 * h) + (2 * w1 * e)) * f[a] * f[b];
                        FusedSums.AddMultiple(w1 * f[a] * f[b], x, tensor.AsSpan(at * p, p));
                    }
                }

                double l = FusedSums.Dot(rows.X.AsSpan(r * p, p), solved);
                bias += (m * m * ((0.5 * k42 * h) + (k41 * e))) - (m * l * ((k32 * h) + (2 * k31 * e)));
                for (int c = 0; c < p; c++) FusedSums.AddMultiple(m * k31 * x[c], x, slope.AsSpan(c * p, p));
            }

            traces += FusedSums.Dot(information, information);
            traceBias += FusedSums.Dot(information, moved) + FusedSums.Dot(tensor, tensor);
        }

        if (traces > 0) bias += 2 * _trace2 * traceBias / traces;
        bias -= FusedSums.Dot(slope, slope);
        return 1 - Math.Clamp(bias / variance, -LargestBias, LargestBias);
    }
}
