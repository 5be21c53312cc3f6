using System.Globalization;
using Glmm.Sparse.Families;
using Glmm.Sparse.Formula;
using Glmm.Sparse.Prediction;

namespace Glmm.Sparse.Persistence;

/// <summary>A model as the content of a file.</summary>
internal static class ModelDocumentWriter
{
    /// <summary>Makes the content.</summary>
    /// <param name="model">The model.</param>
    /// <param name="mostBytes">What a file may have.</param>
    /// <exception cref="ModelFileException">The family or link is the user's own, or the file would be too large.
    /// </exception>
    public static ModelDocument Write(GlmmModel model, int mostBytes)
    {
        FittedModelParts parts = model.Fitted.Parts;
        RefuseFunctions(parts);
        RefuseSize(parts, mostBytes);
        ModelFacts facts = model.Facts;
        return new ModelDocument
        {
            Fit = new FactsSection
            {
                Producer = facts.Producer,
                Method = parts.Method,
                Order = parts.Order,
                Criterion = facts.Criterion,
                ObservedCurvature = parts.ObservedCurvature,
                Observations = facts.Observations,
                Clusters = facts.Clusters,
                Verdict = facts.Verdict,
                Message = facts.Message,
                Structure = facts.Structure,
                Singular = facts.Singular,
                DispersionEstimated = facts.DispersionEstimated,
                Deviance = facts.Deviance,
                LogLikelihood = facts.LogLikelihood,
                Parameters = facts.Parameters,
                Nodes = facts.Nodes,
                FrequencyWeights = facts.FrequencyWeights,
                SamplingWeights = facts.SamplingWeights,
                Comparison = model.Outline is { } outline ? ModelComparison.Section(outline) : null,
            },
            Family = new FamilySection
            {
                Name = parts.Family.Name,
                Shape = parts.Family.Shape?.Value,
                ShapeEstimated = parts.Family.Shape is { IsEstimated: true },
            },
            Link = parts.Link.Name,
            Dispersion = parts.Dispersion,
            Fixed = new FixedSection
            {
                Names = parts.FixedNames,
                Estimates = NumberBlocks.Encode(parts.FixedEffects),
                Covariance = NumberBlocks.Encode(parts.FixedCovariance),
            },
            Random = new RandomSection
            {
                Group = parts.GroupName,
                Terms = parts.RandomTerms,
                Covariance = NumberBlocks.Encode(parts.Covariance),
            },
            Clusters = new ClusterSection
            {
                Labels = parts.ClusterLabels,
                Rows = parts.ClusterRows,
                Modes = NumberBlocks.Encode(parts.Modes),
                Covariances = NumberBlocks.Encode(parts.Covariances),
                Crosses = NumberBlocks.Encode(parts.Crosses),
            },
            Schema = model.Schema is null ? null : Section(model.Schema),
        };
    }

    private static SchemaSection Section(ModelSchema schema) => new()
    {
        Formula = schema.Formula,
        Columns =
        [
            .. schema.Columns.Select(static column => new ColumnSection
            {
                Name = column.Name,
                Kind = column.Kind,
                IsFactor = column.IsFactor,
                Levels = column.Levels,
                Mean = column.Mean,
            }),
        ],
        Scales =
        [
            .. schema.Constants.OfType<ScaleConstant>().Select(static scale => new ScaleSection
            {
                Expression = scale.Expression,
                Mean = scale.Mean,
                Deviation = scale.Deviation,
            }),
        ],
        Weights = schema.Weights,
        Offset = schema.Offset,
        FixedColumns = schema.FixedColumns,
        Constants = ConstantSections.Write(schema.Constants),
    };

    private static void RefuseFunctions(FittedModelParts parts)
    {
        (string What, string Name)? own = parts switch
        {
            { Family.Kind: VarianceKind.Custom } => ("family", parts.Family.Name),
            { Link.Kind: LinkKind.Custom } => ("link", parts.Link.Name),
            _ => null,
        };
        if (own is not var (what, name)) return;
        throw new ModelFileException(
            $"A model with your own {what} '{name}' cannot be saved: it is a function, and a file holds no code. Keep "
            + $"the model in memory, or fit it with a built-in {what}.");
    }

    private static void RefuseSize(FittedModelParts parts, int mostBytes)
    {
        double numbers = (double)parts.Modes.Length + parts.Covariances.Length + parts.Crosses.Length
            + parts.FixedCovariance.Length + parts.Covariance.Length + parts.FixedEffects.Length;
        double texts = parts.ClusterLabels.Sum(static label => (double)label.Length);
        // Base64 takes four characters for three bytes; a character of a label takes up to six of JSON.
        double bytes = (sizeof(double) * numbers * 4 / 3) + (6 * texts) + (20.0 * parts.ClusterLabels.Length);
        if (bytes < mostBytes) return;
        throw new ModelFileException(string.Create(
            CultureInfo.InvariantCulture,
            $"The model is too large for a file: {parts.ClusterLabels.Length} clusters with {parts.FixedNames.Length} "
            + $"fixed and {parts.RandomTerms.Length} random effects take about {bytes / 1e6:F0} megabytes, and a file "
            + $"has at most {mostBytes / 1e6:F0}."));
    }
}
