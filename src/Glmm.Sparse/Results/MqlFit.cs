using Glmm.Sparse.Model;

namespace Glmm.Sparse.Results;

/// <summary>
/// A marginal quasi-likelihood fit. Its fixed effects are those of the marginal model; it has no random effects to ask
/// for, since the expansion is about β = 0. At the second order, whose working model has the moments of the marginal
/// one, the fixed effects are subject-specific, like those of PQL.
/// </summary>
public sealed class MqlFit : GlmmFit
{
    internal MqlFit(FitSummary summary, Lazy<ApproximationRisk?>? risk)
        : base(summary, risk)
    {
    }

    /// <inheritdoc/>
    public override EstimationMethod Method => EstimationMethod.Mql;

    /// <inheritdoc/>
    public override FittedValues Fitted(ClusteredDesign design) =>
        RowPredictor.Fitted(Summary, design, []);
}
