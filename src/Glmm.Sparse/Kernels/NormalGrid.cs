namespace Glmm.Sparse.Kernels;

/// <summary>
/// The trapezoidal rule for ∫ f(z)φ(z) dz: Σ w_k f(kh) with w_k = hφ(kh). For f analytic within a distance d of the
/// real line its error falls as exp(−2πd/h + d²/2), faster in work than Gauss–Hermite once f is steep (Crouch &amp;
/// Spiegelman 1990, JASA 85:464–469). Grids are shared; each is made when first used. Thread-safe.
/// </summary>
internal sealed class NormalGrid
{
    // Of φ itself the rule makes 2exp(−2π²/h²) = 3e-12 here.
    private const double Widest = 0.85;
    private const int StepsPerOctave = 4;

    // The steps go down to 0.85/2¹² = 2e-4.
    private static readonly Lazy<NormalGrid>[] _grids =
        [.. Enumerable.Range(0, (12 * StepsPerOctave) + 1).Select(m => new Lazy<NormalGrid>(() => new NormalGrid(
            Widest * Math.Pow(2, -(double)m / StepsPerOctave))))];

    private readonly double[] _weights;

    private NormalGrid(double step)
    {
        Step = step;
        _weights = new double[(int)(Reach / step) + 1 + Excess];
        for (int k = 0; k < _weights.Length; k++)
            _weights[k] = step * NormalDistribution.Density(k * step);
    }

    /// <summary>How far from 0 the points go: beyond, φ is 0 in doubles times anything of use.</summary>
    internal static double Reach => 30;

    /// <summary>How many points there may be beyond that, to fill a vector.</summary>
    internal static int Excess => 8;

    /// <summary>h.</summary>
    internal double Step { get; }

    /// <summary>w_k = w_{−k} for k = 0, 1, ….</summary>
    internal ReadOnlySpan<double> Weights => _weights;

    /// <summary>The coarsest grid whose step is at most the given one, or the finest.</summary>
    internal static NormalGrid NotAbove(double step)
    {
        int m = step >= Widest ? 0 : (int)Math.Ceiling(StepsPerOctave * Math.Log2(Widest / step));
        return _grids[Math.Min(m, _grids.Length - 1)].Value;
    }
}
