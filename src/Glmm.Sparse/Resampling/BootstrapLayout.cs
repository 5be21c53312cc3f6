using Glmm.Sparse.Model.Covariance;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Resampling;

/// <summary>The parameters of a fit one behind the other: α, standard deviations, correlations that the structure has,
/// and φ where it is estimated.</summary>
internal sealed class BootstrapLayout
{
    private readonly (ProfileKind Kind, string Name, double Least, double Most)[] _parameters;
    private readonly int _p;
    private readonly int _q;
    private readonly List<(int First, int Second)> _pairs = [];
    private readonly bool _hasDispersion;

    /// <param name="fit">The fit.</param>
    /// <param name="structure">The structure of D.</param>
    internal BootstrapLayout(GlmmFit fit, CovarianceStructure structure)
    {
        (_p, _q) = (fit.FixedEffects.Count, fit.RandomTerms.Count);

        _hasDispersion = fit.DispersionEstimated;
        var parameters = new List<(ProfileKind, string, double, double)>();
        foreach (FixedEffect effect in fit.FixedEffects)
            parameters.Add((ProfileKind.FixedEffect, effect.Name, double.NegativeInfinity, double.PositiveInfinity));
        foreach (string term in fit.RandomTerms)
            parameters.Add((ProfileKind.StandardDeviation, $"sd({term})", 0, double.PositiveInfinity));
        FindPairs(structure);
        foreach ((int first, int second) in _pairs)
        {
            string name = $"cor({fit.RandomTerms[first]},{fit.RandomTerms[second]})";
            parameters.Add((ProfileKind.Correlation, name, -1, 1));
        }

        if (_hasDispersion) parameters.Add((ProfileKind.Dispersion, "dispersion", 0, double.PositiveInfinity));
        _parameters = [.. parameters];
    }

    /// <summary>Number of parameters.</summary>
    internal int Count => _parameters.Length;

    /// <summary>What one is, and the values it can take.</summary>
    internal (ProfileKind Kind, string Name, double Least, double Most) this[int index] => _parameters[index];

    /// <summary>Writes the parameters of one set of estimates.</summary>
    internal void Take(
        ReadOnlySpan<double> alpha, ReadOnlySpan<double> covariance, double dispersion, Span<double> values)
    {
        alpha.CopyTo(values);
        int at = _p;
        for (int a = 0; a < _q; a++) values[at++] = Math.Sqrt(covariance[(a * _q) + a]);
        foreach ((int first, int second) in _pairs)
        {
            double scale = values[_p + first] * values[_p + second];
            values[at++] = scale > 0 ? Math.Clamp(covariance[(first * _q) + second] / scale, -1, 1) : double.NaN;
        }

        if (_hasDispersion) values[at] = dispersion;
    }

    // Pairs whose covariance the structure leaves free.
    private void FindPairs(CovarianceStructure structure)
    {
        var g = new double[_q * _q];
        var free = new bool[_q * _q];
        for (int l = 0; l < structure.ComponentCount; l++)
        {
            structure.BasisInto(l, g);
            for (int e = 0; e < g.Length; e++) free[e] |= g[e] != 0;
        }

        for (int second = 1; second < _q; second++)
        {
            for (int first = 0; first < second; first++)
            {
                if (free[(first * _q) + second]) _pairs.Add((first, second));
            }
        }
    }
}
