using System.Numerics.Tensors;
using Glmm.Sparse.Working;

namespace Glmm.Sparse.Inference;

/// <summary>
/// Sums over clusters from which every information of a working linear mixed model follows, for ∂V/∂τ²_l = ZG_lZᵀ.
/// One part of a sweep; not thread-safe.
/// </summary>
/// <remarks>With T = ZᵀV⁻¹Z, K = ZᵀV⁻¹X and γ = ZᵀPy* of a cluster, its rows are needed for y*ᵀPy* alone.</remarks>
internal sealed class WorkingInformationSums
{
    private readonly int _p;
    private readonly int _q;
    private readonly double[][] _basis;
    private readonly bool _aboutZero;
    private readonly double[][] _crossProducts;
    private readonly double[][] _randomProducts;
    private readonly double[][] _forms;
    private readonly double[] _middle;
    private readonly double[] _half;

    /// <param name="p">Columns of X.</param>
    /// <param name="q">Columns of Z.</param>
    /// <param name="basis">G_l, each q² row by row.</param>
    /// <param name="aboutZero">The scores are those at β = 0 (MQL), not at the modes.</param>
    internal WorkingInformationSums(int p, int q, double[][] basis, bool aboutZero)
    {
        (_p, _q, _basis, _aboutZero) = (p, q, basis, aboutZero);
        int m = basis.Length;
        Information = new double[p * p];
        FixedDerivatives = Matrices(m, p * p);
        PairProducts = Matrices(m * m, p * p);
        Traces = new double[m];
        PairTraces = new double[m * m];
        Forms = new double[m];
        PairForms = new double[m * m];
        Gradients = Matrices(m, p);
        ScoreProducts = new double[q * q];
        RandomInformation = new double[q * q];
        CrossSquares = new double[q * q];
        _crossProducts = Matrices(m, q * p);
        _randomProducts = Matrices(m, q * q);
        _forms = Matrices(m, q);
        _middle = new double[q * p];
        _half = new double[q];
    }

    /// <summary>S = ΣXᵀV⁻¹X, p².</summary>
    internal double[] Information { get; }

    /// <summary>P_l = ΣKᵀG_lK = −∂S/∂τ²_l, p² each.</summary>
    internal double[][] FixedDerivatives { get; }

    /// <summary>Q_lm = ΣKᵀG_lTG_mK at l·m + m, p² each; Q_ml = Q_lmᵀ.</summary>
    internal double[][] PairProducts { get; }

    /// <summary>tr V⁻¹∂_lV = Σ tr TG_l.</summary>
    internal double[] Traces { get; }

    /// <summary>tr V⁻¹∂_lV V⁻¹∂_mV = Σ tr TG_lTG_m, m².</summary>
    internal double[] PairTraces { get; }

    /// <summary>y*ᵀP∂_lVPy* = ΣγᵀG_lγ.</summary>
    internal double[] Forms { get; }

    /// <summary>ΣγᵀG_lTG_mγ, m².</summary>
    internal double[] PairForms { get; }

    /// <summary>g_l = ΣKᵀG_lγ, p each.</summary>
    internal double[][] Gradients { get; }

    /// <summary>Σγγᵀ, q².</summary>
    internal double[] ScoreProducts { get; }

    /// <summary>ΣT, q².</summary>
    internal double[] RandomInformation { get; }

    /// <summary>ΣKKᵀ, q².</summary>
    internal double[] CrossSquares { get; }

    /// <summary>y*ᵀPy* = (y* − Xα̂)ᵀV⁻¹(y* − Xα̂).</summary>
    internal double Residual { get; private set; }

    /// <summary>Takes a cluster in.</summary>
    internal void Add(WorkingCluster cluster)
    {
        int p = _p, q = _q, m = _basis.Length;
        double[] t = cluster.RandomInformation, k = cluster.CrossInformation, gamma = cluster.RandomScore;
        Residual += ResidualOf(cluster);
        Accumulate(cluster.FixedInformation, Information);
        Accumulate(t, RandomInformation);
        AddOuter(gamma, ScoreProducts);
        for (int a = 0; a < q; a++)
        {
            for (int b = 0; b < q; b++)
            {
                CrossSquares[(a * q) + b] +=
                    TensorPrimitives.Dot<double>(k.AsSpan(a * p, p), k.AsSpan(b * p, p));
            }
        }

        for (int l = 0; l < m; l++)
        {
            double[] g = _basis[l];
            Multiply(g, k, p, _crossProducts[l]);
            Multiply(t, g, q, _randomProducts[l]);
            Multiply(g, gamma, 1, _forms[l]);
            AddTransposedProduct(k, _crossProducts[l], FixedDerivatives[l]);
            for (int a = 0; a < q; a++)
            {
                Traces[l] += _randomProducts[l][(a * q) + a];
                TensorPrimitives.MultiplyAdd(
                    k.AsSpan(a * p, p), _forms[l][a], Gradients[l], Gradients[l]);
            }

            Forms[l] += TensorPrimitives.Dot<double>(gamma, _forms[l]);
        }

        for (int l = 0; l < m; l++)
        {
            Multiply(t, _crossProducts[l], p, _middle);
            Multiply(t, _forms[l], 1, _half);
            for (int j = 0; j < m; j++)
            {
                PairForms[(l * m) + j] += TensorPrimitives.Dot<double>(_half, _forms[j]);
                PairTraces[(l * m) + j] += TraceOfProduct(_randomProducts[l], _randomProducts[j]);

                // KᵀG_jTG_lK is Q_jl; its transpose goes beside it in the end.
                if (j >= l) AddTransposedProduct(_crossProducts[j], _middle, PairProducts[(j * m) + l]);
            }
        }
    }

    /// <summary>Takes the sums of other clusters in.</summary>
    internal void Add(WorkingInformationSums other)
    {
        Residual += other.Residual;
        Accumulate(other.Information, Information);
        Accumulate(other.Traces, Traces);
        Accumulate(other.PairTraces, PairTraces);
        Accumulate(other.Forms, Forms);
        Accumulate(other.PairForms, PairForms);
        Accumulate(other.ScoreProducts, ScoreProducts);
        Accumulate(other.RandomInformation, RandomInformation);
        Accumulate(other.CrossSquares, CrossSquares);
        for (int l = 0; l < FixedDerivatives.Length; l++)
        {
            Accumulate(other.FixedDerivatives[l], FixedDerivatives[l]);
            Accumulate(other.Gradients[l], Gradients[l]);
        }

        for (int l = 0; l < PairProducts.Length; l++) Accumulate(other.PairProducts[l], PairProducts[l]);
    }

    /// <summary>Fills Q_lm for l &lt; m from its transpose; call once, when all is summed.</summary>
    internal void Complete()
    {
        int m = _basis.Length;
        for (int l = 0; l < m; l++)
        {
            for (int j = 0; j < l; j++)
            {
                double[] source = PairProducts[(l * m) + j], target = PairProducts[(j * m) + l];
                for (int a = 0; a < _p; a++)
                {
                    for (int b = 0; b < _p; b++) target[(a * _p) + b] = source[(b * _p) + a];
                }
            }
        }
    }

    // Σ w(r − Zβ̂)² + γᵀDγ, and γᵀDγ is γᵀβ̂.
    private double ResidualOf(WorkingCluster cluster)
    {
        ReadOnlySpan<double> w = cluster.Weights, s = cluster.Scores;
        double sum = TensorPrimitives.Dot<double>(cluster.RandomScore, cluster.Mode);
        for (int i = 0; i < w.Length; i++)
        {
            if (!(w[i] > 0)) continue;
            double score = s[i];
            for (int l = 0; _aboutZero && l < _q; l++) score -= w[i] * cluster.Z(l)[i] * cluster.Mode[l];
            sum += score * score / w[i];
        }

        return sum;
    }

    private void AddOuter(double[] vector, double[] sum)
    {
        for (int a = 0; a < _q; a++)
        {
            for (int b = 0; b < _q; b++) sum[(a * _q) + b] += vector[a] * vector[b];
        }
    }

    // target = AB with A q×q and B q×width.
    private void Multiply(double[] a, double[] b, int width, double[] target)
    {
        for (int i = 0; i < _q; i++)
        {
            Span<double> row = target.AsSpan(i * width, width);
            row.Clear();
            for (int e = 0; e < _q; e++)
            {
                double factor = a[(i * _q) + e];
                if (factor != 0) TensorPrimitives.MultiplyAdd(b.AsSpan(e * width, width), factor, row, row);
            }
        }
    }

    // sum += AᵀB with A, B q×p.
    private void AddTransposedProduct(double[] a, double[] b, double[] sum)
    {
        for (int e = 0; e < _q; e++)
        {
            ReadOnlySpan<double> right = b.AsSpan(e * _p, _p);
            for (int i = 0; i < _p; i++)
            {
                double factor = a[(e * _p) + i];
                if (factor == 0) continue;
                Span<double> row = sum.AsSpan(i * _p, _p);
                TensorPrimitives.MultiplyAdd(right, factor, row, row);
            }
        }
    }

    private double TraceOfProduct(double[] a, double[] b)
    {
        double sum = 0;
        for (int i = 0; i < _q; i++)
        {
            for (int j = 0; j < _q; j++) sum += a[(i * _q) + j] * b[(j * _q) + i];
        }

        return sum;
    }

    private static void Accumulate(double[] values, double[] sum) => TensorPrimitives.Add(sum, values, sum);

    private static double[][] Matrices(int count, int size)
    {
        var matrices = new double[count][];
        for (int i = 0; i < count; i++) matrices[i] = new double[size];
        return matrices;
    }
}
