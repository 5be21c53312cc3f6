using Glmm.Sparse.LinearAlgebra;

namespace Glmm.Sparse.Inference;

/// <summary>
/// The quadratic form of the score test in one direction G = FFᵀ of D. With f_j = Fᵀz_j it is Q = Σ_i|Σ_j f_j s_j|², a
/// form sᵀMs with M_jl = f_jᵀf_l within a cluster. Filled again for each response; not thread-safe.
/// </summary>
/// <remarks>
/// <para>Cumulants of a quadratic form of independent variables that are not normal, by McCullagh's (1987, §3.3)
/// complementary set partitions: Var Q = 2 tr(MP)² + Σ m²κ₄, and likewise the third, with P = W − WX(XᵀWX)⁻¹XᵀW in the
/// traces, which makes them exact where s is normal. That α̂ replaces α takes the projection of Q on the score of α,
/// lᵀs, off (the efficient score, Lin 1997) and moves the mean: by −tr MWX(XᵀWX)⁻¹XᵀW, which is the difference of REML
/// and ML, and by −Σ mκ₃ x′E(α̂ − α) − ½Σ m h(κ₄ + ρκ₃).</para>
/// <para>Where φ is estimated, what is judged is Q − tR with R = Σ s²/w: M less t/w on its diagonal. Below, g is the
/// diagonal of M, d that of M − tW⁻¹.</para>
/// </remarks>
internal sealed class ScoreDirection
{
    private readonly NullState _state;
    private readonly int _rank;
    private readonly double[] _direction;
    private readonly double[] _rows;
    private readonly double[] _norms;
    private readonly double[] _information;
    private readonly double[] _cross;
    private readonly double[] _slope;
    private readonly double[] _dispersionSlope;
    private readonly double[] _first;
    private readonly double[] _second;
    private readonly double[] _third;
    private readonly double[] _cube;
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
        _information = new double[rows.ClusterCount * _rank * _rank];
        _cross = new double[rows.ClusterCount * _rank * p];
        (_slope, _dispersionSlope) = (new double[p], new double[p]);
        (_first, _second, _third) = (new double[p * p], new double[p * p], new double[p * p]);
        _cube = new double[_rank * _rank * _rank];
        Transform();
    }

    /// <summary>r.</summary>
    internal int Rank => _rank;

    /// <summary>Moves to another F of the same shape.</summary>
    internal void MoveTo(ReadOnlySpan<double> direction)
    {
        direction.CopyTo(_direction);
        Transform();
    }

    /// <summary>Takes in the state as it is now.</summary>
    internal void Refresh()
    {
        ScoreRows rows = _state.Rows;
        int p = rows.FixedCount;
        Span<double> h = stackalloc double[_rank];
        Array.Clear(_information);
        Array.Clear(_cross);
        Array.Clear(_slope);
        Array.Clear(_dispersionSlope);
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

                double relative = w > 0 ? k3 / w : 0;
                for (int j = 0; j < p; j++)
                {
                    _slope[j] += g * k3 * x[j];
                    _dispersionSlope[j] += relative * x[j];
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
    }

    /// <summary>E Q.</summary>
    internal double Expected => _expected;

    /// <summary>The form and its cumulants.</summary>
    /// <param name="ratio">t; 0 where φ is held.</param>
    internal ScoreMoments Moments(double ratio)
    {
        ScoreRows rows = _state.Rows;
        int p = rows.FixedCount, free = rows.Count - p;
        Span<double> slope = stackalloc double[p], solved = stackalloc double[p];
        for (int j = 0; j < p; j++) slope[j] = solved[j] = _slope[j] - (ratio * _dispersionSlope[j]);
        _state.Solve(solved);

        double fourth = 0, third = 0;
        for (int i = 0; i < rows.ClusterCount; i++) Add(i, ratio, solved, ref fourth, ref third);
        double variance = (2 * (_trace2 - (2 * ratio * _trace) + (ratio * ratio * free))) + fourth;
        double normal = 8 * (_trace3 - (3 * ratio * _trace2) + (3 * ratio * ratio * _trace) -
            (ratio * ratio * ratio * free));
        return new ScoreMoments(
            _observed, _expected, _expected - (ratio * free), variance - FusedSums.Dot(slope, solved), normal + third);
    }

    /// <summary>The nonzero eigenvalues of MP, where there are at most so many, else none.</summary>
    internal double[] Eigenvalues(int most)
    {
        ScoreRows rows = _state.Rows;
        int p = rows.FixedCount, k = rows.ClusterCount, size = k * _rank;
        if (size > most) return [];
        double[] matrix = new double[size * size], values = new double[size];
        for (int a = 0; a < size; a++)
        {
            int cluster = a / _rank;
            for (int b = 0; b < size; b++)
            {
                matrix[(a * size) + b] = -FusedSums.Dot(_cross.AsSpan(a * p, p), _cross.AsSpan(b * p, p));
                if (b / _rank == cluster)
                    matrix[(a * size) + b] += _information[(a * _rank) + (b % _rank)];
            }
        }

        SymmetricEigenvalues.Compute(matrix, size, values);
        return values;
    }

    // One cluster's part of Σ d²κ₄ and of what is not normal in the third cumulant.
    private void Add(int cluster, double ratio, ReadOnlySpan<double> solved, ref double fourth, ref double third)
    {
        ScoreRows rows = _state.Rows;
        int p = rows.FixedCount;
        ReadOnlySpan<double> information = _information.AsSpan(cluster * _rank * _rank, _rank * _rank);
        Span<double> v = stackalloc double[_rank], u = stackalloc double[_rank];
        v.Clear();
        u.Clear();
        Array.Clear(_cube);
        double sum = 0;
        for (int r = rows.Start[cluster]; r < rows.Start[cluster + 1]; r++)
        {
            ReadOnlySpan<double> f = _rows.AsSpan(r * _rank, _rank), k = _state.Cumulants.AsSpan(4 * r, 4);
            double w = _state.Weights[r], g = _norms[r], d = w > 0 ? g - (ratio / w) : g, gap = d - g;
            double l = FusedSums.Dot(rows.X.AsSpan(r * p, p), solved), spread = 0;
            for (int a = 0; a < _rank; a++)
            {
                v[a] += d * k[0] * f[a];
                u[a] += l * w * f[a];
                for (int b = 0; b < _rank; b++)
                {
                    double square = f[a] * f[b];
                    spread += square * information[(a * _rank) + b];
                    int at = ((a * _rank) + b) * _rank;
                    for (int c = 0; c < _rank; c++) _cube[at + c] += k[0] * square * f[c];
                }
            }

            // Σ_l M′_jl²w_l.
            double squares = spread + (gap * (d + g) * w);
            fourth += d * d * k[1];
            sum += (d * d * d * k[3]) + (12 * d * k[1] * squares) +
                (k[0] * k[0] * gap * ((6 * d * d) + (4 * ((d * d) + (d * g) + (g * g)))));
            sum -= 3 * l * ((d * d * k[2]) + (4 * d * k[0] * w * gap) + (4 * k[0] * squares));
            sum += 3 * l * l * ((d * k[1]) + (2 * w * w * gap));
            sum -= l * l * l * k[0];
        }

        foreach (double element in _cube) sum += 4 * element * element;
        for (int a = 0; a < _rank; a++) sum += (6 * v[a] * v[a]) - (12 * v[a] * u[a]) + (6 * u[a] * u[a]);
        third += sum;
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

    // tr(MP)ʲ from the clusters' A = Σ w f fᵀ and whitened C = L⁻¹Σ w x fᵀ: MP has the eigenvalues of
    // blockdiag(A) − CᵀC.
    private void Traces()
    {
        int p = _state.Rows.FixedCount, square = _rank * _rank;
        Array.Clear(_first);
        Array.Clear(_second);
        Array.Clear(_third);
        Span<double> left = stackalloc double[p], twice = stackalloc double[square];
        double trace = 0, trace2 = 0, trace3 = 0;
        for (int i = 0; i < _state.Rows.ClusterCount; i++)
        {
            ReadOnlySpan<double> a = _information.AsSpan(i * square, square), c = _cross.AsSpan(i * _rank * p, _rank * p);
            for (int e = 0; e < _rank; e++)
            {
                trace += a[(e * _rank) + e];
                for (int f = 0; f < _rank; f++)
                {
                    double sum = 0;
                    for (int m = 0; m < _rank; m++) sum += a[(e * _rank) + m] * a[(m * _rank) + f];
                    twice[(e * _rank) + f] = sum;
                    trace2 += a[(e * _rank) + f] * a[(e * _rank) + f];
                    trace3 += sum * a[(e * _rank) + f];
                }
            }

            for (int e = 0; e < _rank; e++)
            {
                ReadOnlySpan<double> right = c.Slice(e * p, p);
                AddProduct(right, right, _first);
                Combine(a.Slice(e * _rank, _rank), c, left);
                AddProduct(left, right, _second);
                Combine(twice.Slice(e * _rank, _rank), c, left);
                AddProduct(left, right, _third);
            }
        }

        for (int i = 0; i < p; i++)
        {
            trace -= _first[(i * p) + i];
            trace2 -= 2 * _second[(i * p) + i];
            trace3 -= 3 * _third[(i * p) + i];
            for (int j = 0; j < p; j++)
            {
                double product = 0;
                for (int e = 0; e < p; e++) product += _first[(i * p) + e] * _first[(e * p) + j];
                trace2 += _first[(i * p) + j] * _first[(j * p) + i];
                trace3 += (3 * _first[(i * p) + j] * _second[(j * p) + i]) - (product * _first[(j * p) + i]);
            }
        }

        (_trace, _trace2, _trace3) = (trace, trace2, trace3);
    }

    private static void Combine(ReadOnlySpan<double> factors, ReadOnlySpan<double> vectors, Span<double> combination)
    {
        combination.Clear();
        for (int m = 0; m < factors.Length; m++)
            FusedSums.AddMultiple(factors[m], vectors.Slice(m * combination.Length, combination.Length), combination);
    }

    private static void AddProduct(ReadOnlySpan<double> left, ReadOnlySpan<double> right, double[] sum)
    {
        int p = left.Length;
        for (int i = 0; i < p; i++)
        {
            for (int j = 0; j < p; j++) sum[(i * p) + j] += left[i] * right[j];
        }
    }
}
