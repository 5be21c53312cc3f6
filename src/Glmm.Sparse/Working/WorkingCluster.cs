using System.Numerics.Tensors;
using Glmm.Sparse.LinearAlgebra;

namespace Glmm.Sparse.Working;

/// <summary>
/// The rows of one cluster and its working linear mixed model at the estimates of a fit, y* ~ N(Xα, V) with
/// V = W⁻¹ + ZDZᵀ, on the user's scale, the dispersion in: W is the weight divided by φ. A view that
/// <see cref="WorkingClusters"/> fills for one cluster after the other; not thread-safe.
/// </summary>
/// <remarks>
/// Matrices lie row by row. ZᵀV⁻¹(·) is (I + AD)⁻¹Zᵀ W(·) with A = ZᵀWZ, which needs no inverse of D and cancels
/// nothing where D is large.
/// </remarks>
internal sealed class WorkingCluster
{
    private readonly double[] _covariance;
    private readonly double[] _lambda;
    private readonly double[] _scaled;
    private readonly double[] _system;
    private readonly double[] _spherical;
    private readonly double[] _half;
    private readonly double[] _weighted;
    private double[] _columns = [];
    private int _stride;

    /// <param name="p">Columns of X.</param>
    /// <param name="covariance">D, q² row by row.</param>
    /// <param name="lambda">Λ, q² row by row.</param>
    /// <param name="q">Columns of Z.</param>
    internal WorkingCluster(int p, double[] covariance, double[] lambda, int q)
    {
        (P, Q, _covariance, _lambda) = (p, q, covariance, lambda);
        FixedProducts = new double[p * p];
        Cross = new double[p * q];
        RandomProducts = new double[q * q];
        PosteriorCovariance = new double[q * q];
        FixedInformation = new double[p * p];
        CrossInformation = new double[q * p];
        RandomInformation = new double[q * q];
        Mode = new double[q];
        RandomScore = new double[q];
        FixedScore = new double[p];
        _scaled = new double[q * q];
        _system = new double[q * (q + q + p + 1)];
        _spherical = new double[q * q];
        _half = new double[q * q];
        _weighted = new double[q];
    }

    /// <summary>p.</summary>
    internal int P { get; }

    /// <summary>q.</summary>
    internal int Q { get; }

    /// <summary>Zero-based code of the cluster.</summary>
    internal int Code { get; private set; }

    /// <summary>n_i.</summary>
    internal int Rows { get; private set; }

    /// <summary>Rows of the design, n_i.</summary>
    internal ReadOnlyMemory<int> RowNumbers { get; private set; }

    /// <summary>XᵀWX, p×p.</summary>
    internal double[] FixedProducts { get; }

    /// <summary>C = XᵀWZ, p×q.</summary>
    internal double[] Cross { get; }

    /// <summary>A = ZᵀWZ, q×q.</summary>
    internal double[] RandomProducts { get; }

    /// <summary>E = (A + D⁻¹)⁻¹ = ΛM⁻¹Λᵀ, q×q: Cov(β − β̂) with α known.</summary>
    internal double[] PosteriorCovariance { get; }

    /// <summary>β̂, q: of the fit; where that has none (MQL), the prediction of its working model.</summary>
    internal double[] Mode { get; }

    /// <summary>XᵀV⁻¹X, p×p, the cluster's part of S.</summary>
    internal double[] FixedInformation { get; }

    /// <summary>K = ZᵀV⁻¹X, q×p.</summary>
    internal double[] CrossInformation { get; }

    /// <summary>T = ZᵀV⁻¹Z, q×q.</summary>
    internal double[] RandomInformation { get; }

    /// <summary>γ = ZᵀPy*, q.</summary>
    internal double[] RandomScore { get; }

    /// <summary>U = XᵀPy*, p, which all clusters' sum makes 0 at the estimates of a quasi-likelihood.</summary>
    internal double[] FixedScore { get; }

    /// <summary>y, n_i.</summary>
    internal ReadOnlySpan<double> Response => Column(P + Q);

    /// <summary>η at the point of expansion, n_i.</summary>
    internal ReadOnlySpan<double> LinearPredictor => Column(P + Q + 1);

    /// <summary>w = ωδ²/(φV), n_i.</summary>
    internal ReadOnlySpan<double> Weights => Column(P + Q + 2);

    /// <summary>s = w r, n_i, the scores at the point of expansion.</summary>
    internal ReadOnlySpan<double> Scores => Column(P + Q + 3);

    /// <summary>ω times how often the row counts, n_i; 1 where the design has neither.</summary>
    internal ReadOnlySpan<double> RowWeights => Column(P + Q + 4);

    /// <summary>Columns that a block of rows needs beside those of X and Z.</summary>
    internal const int OtherColumns = 5;

    private int First { get; set; }

    /// <summary>Column j of X, n_i; of XL where the sweep is whitened.</summary>
    internal ReadOnlySpan<double> X(int j) => Column(j);

    /// <summary>Column l of Z, n_i.</summary>
    internal ReadOnlySpan<double> Z(int l) => Column(P + l);

    /// <summary>Points the view to a cluster and computes its statistics.</summary>
    /// <param name="code">The cluster.</param>
    /// <param name="columns">A block of rows, column by column: X, Z, y, η, w, s, ω.</param>
    /// <param name="stride">Rows from one column to the next.</param>
    /// <param name="first">The cluster's first row in the block.</param>
    /// <param name="rows">Its rows in the design.</param>
    /// <param name="modes">β̂ of the fit, k×q, or empty where the fit is an expansion about 0.</param>
    internal void MoveTo(
        int code, double[] columns, int stride, int first, ReadOnlyMemory<int> rows, ReadOnlySpan<double> modes)
    {
        (Code, _columns, _stride, First, Rows, RowNumbers) = (code, columns, stride, first, rows.Length, rows);
        Products();
        Posterior();
        Solve();
        ReadOnlySpan<double> s = Scores;
        for (int j = 0; j < P; j++) FixedScore[j] = TensorPrimitives.Dot(X(j), s);
        for (int l = 0; l < Q; l++) RandomScore[l] = TensorPrimitives.Dot(Z(l), s);
        if (!modes.IsEmpty)
        {
            modes.Slice(code * Q, Q).CopyTo(Mode);
            return;
        }

        // About 0 the working residual is r − Zβ̂ with β̂ = EZᵀs.
        for (int l = 0; l < Q; l++)
            Mode[l] = TensorPrimitives.Dot<double>(PosteriorCovariance.AsSpan(l * Q, Q), RandomScore);
        for (int j = 0; j < P; j++) FixedScore[j] -= TensorPrimitives.Dot<double>(Cross.AsSpan(j * Q, Q), Mode);
        for (int l = 0; l < Q; l++)
            _weighted[l] = RandomScore[l] - TensorPrimitives.Dot<double>(RandomProducts.AsSpan(l * Q, Q), Mode);
        _weighted.CopyTo(RandomScore, 0);
    }

    private ReadOnlySpan<double> Column(int index) => _columns.AsSpan((index * _stride) + First, Rows);

    private void Products()
    {
        ReadOnlySpan<double> w = Weights;
        for (int a = 0; a < P; a++)
        {
            for (int b = 0; b <= a; b++)
                FixedProducts[(a * P) + b] = FixedProducts[(b * P) + a] = Weighted(X(a), X(b), w);
            for (int l = 0; l < Q; l++) Cross[(a * Q) + l] = Weighted(X(a), Z(l), w);
        }

        for (int a = 0; a < Q; a++)
        {
            for (int b = 0; b <= a; b++)
                RandomProducts[(a * Q) + b] = RandomProducts[(b * Q) + a] = Weighted(Z(a), Z(b), w);
        }
    }

    // E = YᵀY with Y = L⁻¹Λᵀ, LLᵀ = M = I + ΛᵀAΛ.
    private void Posterior()
    {
        int q = Q;
        for (int a = 0; a < q; a++)
        {
            for (int b = 0; b < q; b++)
            {
                double sum = 0;
                for (int e = b; e < q; e++) sum += RandomProducts[(a * q) + e] * _lambda[(e * q) + b];
                _scaled[(a * q) + b] = sum;
            }
        }

        for (int a = 0; a < q; a++)
        {
            for (int b = 0; b <= a; b++)
            {
                double sum = a == b ? 1 : 0;
                for (int e = a; e < q; e++) sum += _lambda[(e * q) + a] * _scaled[(e * q) + b];
                _spherical[(a * q) + b] = sum;
            }
        }

        if (DenseCholesky.Factor(_spherical, q) >= 0)
        {
            // Observed weights may be negative, but not so that the mode is none.
            Array.Fill(PosteriorCovariance, double.NaN);
            return;
        }

        for (int a = 0; a < q; a++)
        {
            Span<double> row = _half.AsSpan(a * q, q);
            for (int e = 0; e < q; e++) row[e] = _lambda[(a * q) + e];
            DenseCholesky.SolveLower(_spherical, q, row);
        }

        for (int a = 0; a < q; a++)
        {
            for (int b = 0; b <= a; b++)
            {
                PosteriorCovariance[(a * q) + b] = PosteriorCovariance[(b * q) + a] =
                    TensorPrimitives.Dot<double>(_half.AsSpan(a * q, q), _half.AsSpan(b * q, q));
            }
        }
    }

    // [T K] = (I + AD)⁻¹[A Cᵀ] by elimination, and XᵀV⁻¹X = XᵀWX − CDK.
    private void Solve()
    {
        int p = P, q = Q, width = q + q + p;
        Span<double> system = _system.AsSpan(0, q * width);
        for (int a = 0; a < q; a++)
        {
            Span<double> row = system.Slice(a * width, width);
            for (int b = 0; b < q; b++)
            {
                double sum = a == b ? 1 : 0;
                for (int e = 0; e < q; e++) sum += RandomProducts[(a * q) + e] * _covariance[(e * q) + b];
                row[b] = sum;
                row[q + b] = RandomProducts[(a * q) + b];
            }

            for (int j = 0; j < p; j++) row[q + q + j] = Cross[(j * q) + a];
        }

        SmallMatrices.Eliminate(system, q, width);
        for (int a = 0; a < q; a++)
        {
            ReadOnlySpan<double> row = system.Slice(a * width, width);
            row.Slice(q + q, p).CopyTo(CrossInformation.AsSpan(a * p, p));
            for (int b = 0; b <= a; b++)
            {
                RandomInformation[(a * q) + b] = RandomInformation[(b * q) + a] =
                    0.5 * (row[q + b] + system[(b * width) + q + a]);
            }
        }

        for (int i = 0; i < p; i++)
        {
            for (int a = 0; a < q; a++)
                _weighted[a] = Form(Cross.AsSpan(i * q, q), _covariance, a);
            for (int j = 0; j <= i; j++)
            {
                double sum = FixedProducts[(i * p) + j];
                for (int a = 0; a < q; a++) sum -= _weighted[a] * CrossInformation[(a * p) + j];
                FixedInformation[(i * p) + j] = FixedInformation[(j * p) + i] = sum;
            }
        }
    }

    private double Form(ReadOnlySpan<double> row, double[] matrix, int column)
    {
        double sum = 0;
        for (int e = 0; e < Q; e++) sum += row[e] * matrix[(e * Q) + column];
        return sum;
    }

    private static double Weighted(ReadOnlySpan<double> a, ReadOnlySpan<double> b, ReadOnlySpan<double> w)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++) sum += w[i] * a[i] * b[i];
        return sum;
    }
}
