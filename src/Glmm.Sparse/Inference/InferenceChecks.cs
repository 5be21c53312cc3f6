using Glmm.Sparse.Model;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Inference;

/// <summary>What inference requires of a fit and of its options.</summary>
internal static class InferenceChecks
{
    /// <summary>Refuses a fit whose estimates solve nothing.</summary>
    /// <exception cref="InvalidModelOptionException">The fit did not converge.</exception>
    internal static void RequireConverged(GlmmFit fit)
    {
        if (fit.Converged) return;
        throw new InvalidModelOptionException(
            $"The fit did not converge ({fit.Verdict}), so nothing can be inferred from it. {fit.Message}".TrimEnd());
    }

    /// <summary>Refuses rows that stand for several where each is looked at by itself.</summary>
    /// <exception cref="InvalidModelOptionException">They do.</exception>
    internal static void RequireRowsOnce(ClusteredDesign design, string what)
    {
        if (design.Counts is null) return;
        throw new InvalidModelOptionException(
            $"{what} looks at every row by itself and does not take frequency or sampling weights; repeat the rows " +
            $"of a frequency.");
    }
}
