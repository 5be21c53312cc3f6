using Glmm.Sparse.LinearAlgebra;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Estimation;

/// <summary>Where a quasi-likelihood fit leaves off and the search for a maximum of the likelihood begins. On the
/// engine's scale.</summary>
internal sealed class StartingPoint
{
    /// <summary>How the fit ended.</summary>
    internal required Verdict Verdict { get; init; }

    /// <summary>The culprit and the mend where it did not converge.</summary>
    internal required string? Message { get; init; }

    /// <summary>α.</summary>
    internal required double[] Alpha { get; init; }

    /// <summary>φ.</summary>
    internal required double Dispersion { get; init; }

    /// <summary>D̃ = D/φ, regular.</summary>
    internal required double[] Covariance { get; init; }

    /// <summary>β, which lives as long as the fit.</summary>
    internal required AlignedBuffer Beta { get; init; }

    /// <summary>q natural units of D̃.</summary>
    internal required double[] Units { get; init; }

    /// <summary>Information on α, p².</summary>
    internal required double[] FixedInformation { get; init; }

    /// <summary>Information on the coordinates of D̃, m².</summary>
    internal required double[] CovarianceInformation { get; init; }
}
