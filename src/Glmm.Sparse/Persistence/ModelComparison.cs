using Glmm.Sparse.Model;
using Glmm.Sparse.Model.Covariance;
using Glmm.Sparse.Prediction;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Persistence;

/// <summary>What a saved model keeps so that it can be compared with another of the same data.</summary>
internal static class ModelComparison
{
    // More components than any model has; a file may claim anything.
    private const int MostComponents = 100_000;

    /// <summary>The section of a file.</summary>
    public static ComparisonSection Section(ModelOutline outline)
    {
        CovarianceStructure structure = outline.Structure!;
        int size = structure.Dimension * structure.Dimension;
        var basis = new double[structure.ComponentCount * size];
        for (int l = 0; l < structure.ComponentCount; l++) structure.BasisInto(l, basis.AsSpan(l * size, size));
        return new ComparisonSection
        {
            Fingerprint = outline.Fingerprint,
            Weight = outline.Response.Weight,
            WeightedSum = outline.Response.WeightedSum,
            Squares = outline.Response.Squares,
            Offset = outline.Offset,
            Nodes = outline.Nodes,
            Components = structure.ComponentCount,
            Basis = NumberBlocks.Encode(basis),
        };
    }

    /// <summary>The outline of a model in a file; null where the file says that it has no likelihood.</summary>
    /// <exception cref="GlmmException">The section contradicts the rest.</exception>
    public static ModelOutline? Outline(FactsSection fit, FittedModelParts parts)
    {
        ComparisonSection section = fit.Comparison!;
        if (fit.LogLikelihood is not { } likelihood) return null;
        if (section.Components is < 1 or > MostComponents || section.Nodes < 0)
            throw ModelFile.Damaged("the structure of its covariance cannot be");
        int q = parts.RandomTerms.Length, m = section.Components;
        double[] basis = NumberBlocks.Decode(section.Basis, (Int128)m * q * q, "the basis of the covariance");
        var matrices = new double[m][,];
        for (int l = 0; l < m; l++)
        {
            matrices[l] = new double[q, q];
            Buffer.BlockCopy(basis, l * q * q * sizeof(double), matrices[l], 0, q * q * sizeof(double));
        }

        return new ModelOutline
        {
            Observations = fit.Observations,
            Response = ResponseFacts.OfSums(section.Weight, section.WeightedSum, section.Squares),
            Offset = section.Offset,
            Fingerprint = section.Fingerprint,
            Family = parts.Family,
            Link = parts.Link,
            FixedNames = parts.FixedNames,
            Dispersion = parts.Dispersion,
            DispersionEstimated = fit.DispersionEstimated,
            LogLikelihood = likelihood,
            Converged = fit.Verdict is Verdict.Converged or Verdict.Boundary,
            // Only its basis is looked at, never its coordinates.
            Structure = new LinearCovariance(fit.Structure, matrices, sharedScale: false),
            RandomTerms = parts.RandomTerms,
            GroupName = parts.GroupName,
            GroupCount = fit.Clusters,
            Singular = fit.Singular,
            Nodes = section.Nodes,
            Observed = parts.ObservedCurvature,
        };
    }
}
