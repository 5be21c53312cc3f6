using System.Runtime.CompilerServices;
using Glmm.Sparse.LinearAlgebra;

namespace Glmm.Sparse.ScoreTests;

/// <summary>
/// The quadratic form of the score test in one direction G = FFᵀ of D. With f_j = Fᵀz_j it is Q = Σ_i|Σ_j f_j s_j|², a
/// form of the score residuals at α̂. These are (I − WXS⁻¹Xᵀ)s, S = XᵀWX, of those at α, and Q is sᵀM̃s of those.
/// Filled again for each response; not thread-safe.
/// </summary>
/// <remarks>
/// <para>Cumulants of a quadratic form of independent variables that are not normal are sums over complementary set
/// partitions (McCullagh 1987, §3.3): Var Q = 2 tr(M̃W)² + Σ m̃²κ₄ with m̃ the diagonal of M̃, and likewise the third.
/// They are exact where s is normal. That the mean of Q is taken at α̂, too, takes its projection on the score of α
/// off, lᵀs with l = XS⁻¹Σ m̃κ₃x (the efficient score, Lin 1997), and moves it by −Σ mκ₃ x′E(α̂ − α) − ½Σ m h(κ₄ +
/// ρκ₃), m = |f|².</para>
/// <para>Where φ is estimated, what is judged is Q − tR with R = Σ s²/w: M̃ less t(W⁻¹ − XS⁻¹Xᵀ), whose diagonal is
/// d.</para>
/// </remarks>
internal sealed partial class ScoreDirection
{
    private readonly NullState _state;
    private readonly int _rank;
    private readonly double[] _direction;
    private readonly double[] _rows;
    private readonly double[] _norms;
    private readonly double[] _diagonal;
    private readonly double[] _squares;
    private readonly bool _isNormal;
    private readonly double[] _information;
    private readonly double[] _cross;
    private readonly double[] _slope;
    private readonly double[] _dispersionSlope;
    private readonly double[] _first;
    private readonly double[] _second;
    private readonly double[] _third;
    private readonly double[] _cube;
    private double _factor = 1;
    private double _trace;
    private double _trace2;
    private double _trace3;
    private double _observed;
    private double _expected;

    /// <param name="state">The null model.</param>
    /// <param name="direction">F, q×r row by row.</param>
    internal ScoreDirection(NullState state, double[] direction)
    {
        (_state, _direction) = (state, direction);
        ScoreRows rows = state.Rows;
        int n = rows.Count, p = rows.FixedCount;
        _rank = direction.Length / rows.RandomCount;
        _rows = new double[n * _rank];
        _norms = new double[n];
        _isNormal = state.Kernel.Family.HasConstantVariance;
        (_diagonal, _squares) = _isNormal ? ([], []) : (new double[n], new double[n]);
        _information = new double[rows.ClusterCount * _rank * _rank];
        _cross = new double[rows.ClusterCount * _rank * p];
        (_slope, _dispersionSlope) = (new double[p], new double[p]);
        (_first, _second, _third) = (new double[p * p], new double[p * p], new double[p * p]);
        _cube = new double[_rank * _rank * _rank];
        Transform();
    }

    /// <summary>r.</summary>
    internal int Rank => _rank;

    /// <summary>What the variance was multiplied by for the bias of its estimation.</summary>
    internal double BiasFactorOfVariance => _factor;

    /// <summary>Moves to another F of the same shape.</summary>
    internal void MoveTo(ReadOnlySpan<double> direction)
    {
        direction.CopyTo(_direction);
        Transform();
    }

    /// <summary>Takes in the state as it is now.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Refresh()
    {
        ScoreRows rows = _state.Rows;
        int p = rows.FixedCount;
        Span<double> h = stackalloc double[_rank];
        Array.Clear(_information);
        Array.Clear(_cross);
        double correction = 0;
        _observed = 0;
        for (int i = 0; i < rows.ClusterCount; i++)
        {
            h.Clear();
            Span<double> information = _information.AsSpan(i * _rank * _rank, _rank * _rank);
            Span<double> cross = _cross.AsSpan(i * _rank * p, _rank * p);
            for (int r = rows.Start[i]; r < rows.Start[i + 1]; r++)
            {
                ReadOnlySpan<double> f = _rows.AsSpan(r * _rank, _rank), x = rows.X.AsSpan(r * p, p);
                double w = _state.Weights[r], g = _norms[r], k3 = _state.Cumulants[4 * r];
                for (int a = 0; a < _rank; a++)
                {
                    h[a] += f[a] * _state.Scores[r];
                    double wf = w * f[a];
                    for (int b = 0; b < _rank; b++) information[(a * _rank) + b] += wf * f[b];
                    for (int j = 0; j < p; j++) cross[(a * p) + j] += wf * x[j];
                }

                correction += (g * k3 * _state.Shift[r]) + (0.5 * g * _state.Leverage[r] *
                    (_state.Cumulants[(4 * r) + 1] + (_state.Bend[r] * k3)));
            }

            for (int a = 0; a < _rank; a++)
            {
                _observed += h[a] * h[a];
                DenseCholesky.SolveLower(_state.Factor, p, cross.Slice(a * p, p));
            }
        }

        Traces();
        _expected = _trace - correction;
        if (!_isNormal) Project();
    }

    /// <summary>E Q.</summary>
    internal double Expected => _expected;

    /// <summary>The form and its cumulants.</summary>
    /// <param name="ratio">t; 0 where φ is held.</param>
    internal ScoreMoments Moments(double ratio)
    {
        ScoreRows rows = _state.Rows;
        int p = rows.FixedCount, free = rows.Total - p;
        Span<double> slope = stackalloc double[p], solved = stackalloc double[p];
        for (int j = 0; j < p; j++) slope[j] = solved[j] = _slope[j] - (ratio * _dispersionSlope[j]);
        _state.Solve(solved);

        double variance = 2 * (_trace2 - (2 * ratio * _trace) + (ratio * ratio * free));
        double third = 8 * (_trace3 - (3 * ratio * _trace2) + (3 * ratio * ratio * _trace) -
            (ratio * ratio * ratio * free));
        if (!_isNormal)
        {
            double overlap = FusedSums.Dot(slope, solved);
            variance -= overlap;
            third += 6 * ratio * overlap;
            for (int i = 0; i < rows.ClusterCount; i++) Add(i, ratio, solved, ref variance, ref third);
            if (ratio == 0) _factor = BiasFactor(variance, solved);
            third *= _factor * Math.Sqrt(_factor);
            variance *= _factor;
        }

        return new ScoreMoments(_observed, _expected, _expected - (ratio * free), variance, third);
    }

    // The diagonals of M̃ and of M̃WM̃, from the clusters' f, A and whitened C, and with whitened x̃: of M̃ it is
    // |f|² − 2f′C′x̃ + x̃′Nx̃.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Project()
    {
        ScoreRows rows = _state.Rows;
        int p = rows.FixedCount, square = _rank * _rank;
        Array.Clear(_slope);
        Array.Clear(_dispersionSlope);
        Span<double> own = stackalloc double[p], turned = stackalloc double[p], image = stackalloc double[_rank];
        for (int i = 0; i < rows.ClusterCount; i++)
        {
            ReadOnlySpan<double> information = _information.AsSpan(i * square, square);
            ReadOnlySpan<double> cross = _cross.AsSpan(i * _rank * p, _rank * p);
            for (int r = rows.Start[i]; r < rows.Start[i + 1]; r++)
            {
                ReadOnlySpan<double> f = _rows.AsSpan(r * _rank, _rank), x = _state.Whitened.AsSpan(r * p, p);
                double spread = 0;
                for (int a = 0; a < _rank; a++)
                {
                    image[a] = FusedSums.Dot(information.Slice(a * _rank, _rank), f);
                    spread += f[a] * image[a];
                }

                Combine(f, cross, own);
                Combine(image, cross, turned);
                double diagonal = _norms[r] - (2 * FusedSums.Dot(own, x));
                double squares = spread - (2 * FusedSums.Dot(turned, x));
                for (int j = 0; j < p; j++)
                {
                    double first = FusedSums.Dot(_first.AsSpan(j * p, p), x), gap = own[j] - first;
                    diagonal += first * x[j];
                    squares += (FusedSums.Dot(_second.AsSpan(j * p, p), x) * x[j]) - (gap * gap);
                }

                (_diagonal[r], _squares[r]) = (diagonal, squares);
                double k3 = _state.Cumulants[4 * r], inverse = Inverse(r);
                FusedSums.AddMultiple(k3 * diagonal, rows.X.AsSpan(r * p, p), _slope);
                FusedSums.AddMultiple(k3 * inverse, rows.X.AsSpan(r * p, p), _dispersionSlope);
            }
        }
    }

    // The diagonal of W⁻¹ − XS⁻¹Xᵀ; 0 for a row without weight.
    private double Inverse(int r) => _state.Weights[r] > 0 ? (1 / _state.Weights[r]) - _state.Leverage[r] : 0;

    // What one cluster adds, not being normal.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Add(int cluster, double ratio, ReadOnlySpan<double> solved, ref double variance, ref double third)
    {
        ScoreRows rows = _state.Rows;
        int p = rows.FixedCount;
        Span<double> v = stackalloc double[_rank];
        v.Clear();
        Array.Clear(_cube);
        double sum = 0;
        for (int r = rows.Start[cluster]; r < rows.Start[cluster + 1]; r++)
        {
            ReadOnlySpan<double> f = _rows.AsSpan(r * _rank, _rank), k = _state.Cumulants.AsSpan(4 * r, 4);
            double w = _state.Weights[r], inverse = Inverse(r), d = _diagonal[r] - (ratio * inverse);
            double squares = _squares[r] - (2 * ratio * _diagonal[r]) + (ratio * ratio * inverse);
            double l = FusedSums.Dot(rows.X.AsSpan(r * p, p), solved), along = (d * k[0]) - (w * l);
            for (int a = 0; a < _rank; a++)
            {
                v[a] += along * f[a];
                for (int b = 0; b < _rank; b++)
                {
                    double square = k[0] * f[a] * f[b];
                    int at = ((a * _rank) + b) * _rank;
                    for (int c = 0; c < _rank; c++) _cube[at + c] += square * f[c];
                }
            }

            variance += d * d * k[1];
            sum += (d * d * d * k[3]) + (12 * d * k[1] * squares) - (l * l * l * k[0]) + (3 * l * l * d * k[1]) -
                (3 * l * ((d * d * k[2]) + (4 * k[0] * squares)));
            if (ratio != 0 && w > 0)
            {
                double g = _norms[r];
                sum += k[0] * k[0] * ((4 * ((d * d * d) - (g * g * g))) - (6 * ratio * d * d / w));
            }
        }

        foreach (double element in _cube) sum += 4 * element * element;
        third += sum + (6 * FusedSums.Dot(v, v));
    }

    private void Transform()
    {
        int q = _state.Rows.RandomCount;
        for (int r = 0; r < _norms.Length; r++)
        {
            double norm = 0;
            for (int a = 0; a < _rank; a++)
            {
                double sum = 0;
                for (int l = 0; l < q; l++) sum += _state.Rows.Z[(r * q) + l] * _direction[(l * _rank) + a];
                _rows[(r * _rank) + a] = sum;
                norm += sum * sum;
            }

            _norms[r] = norm;
        }
    }
}
