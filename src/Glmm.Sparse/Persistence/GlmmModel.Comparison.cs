using Glmm.Sparse.Inference;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Persistence;

public sealed partial class GlmmModel
{
    /// <summary>The likelihood-ratio test of this model against a larger one of the same data.</summary>
    /// <param name="larger">The larger model.</param>
    /// <returns>The comparison; see <see cref="LikelihoodRatioTest"/>.</returns>
    /// <exception cref="InvalidModelOptionException">The models are not of the same data by the same method, not
    /// nested, did not converge, have no likelihood, or were saved before models kept what this needs; the message
    /// says which.</exception>
    public LikelihoodRatioResult CompareWith(GlmmModel larger)
    {
        ArgumentNullException.ThrowIfNull(larger);
        return LikelihoodRatioTest.Compare(OutlineOf(this, "smaller"), OutlineOf(larger, "larger"));
    }

    private static ModelOutline OutlineOf(GlmmModel model, string which)
    {
        if (model.Outline is { } outline) return outline;
        string method = $"{model.Fitted.Method}".ToLowerInvariant();
        throw new InvalidModelOptionException(
            model.Facts.LogLikelihood is null
                ? $"The {which} model ({model}) was fitted by {method}, which maximises no likelihood that could be "
                    + "compared; fit it by laplace or aghq and save it again."
                : $"The {which} model ({model}) was saved before models kept what a comparison needs; fit it again and "
                    + "save it.");
    }
}
