using Glmm.Sparse.Families;
using Glmm.Sparse.Formula;
using Glmm.Sparse.Prediction;

namespace Glmm.Sparse.Persistence;

/// <summary>The content of a file as a model: everything that could be wrong is looked at before it is used.</summary>
internal static class ModelDocumentReader
{
    /// <summary>Makes the model.</summary>
    /// <exception cref="ModelFileException">The content contradicts itself.</exception>
    public static GlmmModel Read(ModelDocument document)
    {
        try
        {
            FittedModelParts parts = Parts(document);
            ModelSchema? schema = document.Schema is null ? null : Schema(document.Schema, parts);
            return new GlmmModel(
                new FittedModel(parts), schema, Facts(document.Fit),
                document.Fit.Comparison is null ? null : ModelComparison.Outline(document.Fit, parts));
        }
        catch (GlmmException error) when (error is not ModelFileException)
        {
            throw ModelFile.Damaged($"it says what no model can ({error.Message.Split('\n')[0].TrimEnd('.')})", error);
        }
    }

    private static FittedModelParts Parts(ModelDocument document)
    {
        string[] names = Texts(document.Fixed.Names, "the names of the fixed effects", least: 1);
        string[] terms = Texts(document.Random.Terms, "the names of the random effects", least: 1);
        string[] labels = Texts(document.Clusters.Labels, "the labels of the clusters", least: 0);
        if (labels.Distinct(StringComparer.Ordinal).Count() < labels.Length)
            throw ModelFile.Damaged("two clusters have the same label");
        int[] rows = [.. document.Clusters.Rows];
        if (rows.Length != labels.Length || rows.Any(static count => count < 0))
            throw ModelFile.Damaged("the rows of the clusters are not one number for each of them");
        if (!(document.Dispersion > 0) || document.Fit.Order is not (1 or 2))
            throw ModelFile.Damaged("its dispersion or its order cannot be");
        Int128 p = names.Length, q = terms.Length, k = labels.Length;
        return new FittedModelParts
        {
            Method = document.Fit.Method,
            Order = document.Fit.Order,
            Family = FamilyOf(document.Family),
            Link = Link.Parse(document.Link),
            ObservedCurvature = document.Fit.ObservedCurvature,
            FixedNames = names,
            RandomTerms = terms,
            GroupName = document.Random.Group,
            FixedEffects = NumberBlocks.Decode(document.Fixed.Estimates, p, "the list of fixed effects"),
            FixedCovariance = NumberBlocks.Decode(document.Fixed.Covariance, p * p, "their covariance"),
            Covariance = NumberBlocks.Decode(document.Random.Covariance, q * q, "the covariance of random effects"),
            Dispersion = document.Dispersion,
            ClusterLabels = labels,
            ClusterRows = rows,
            Modes = NumberBlocks.Decode(document.Clusters.Modes, k * q, "the list of modes"),
            Covariances = NumberBlocks.Decode(
                document.Clusters.Covariances, k * (q * (q + 1) / 2), "the list of the clusters' covariances"),
            Crosses = NumberBlocks.Decode(document.Clusters.Crosses, k * p * q, "the list of cross products"),
        };
    }

    private static Family FamilyOf(FamilySection section)
    {
        var family = Family.Parse(section.Name);
        if (family.Shape is null != section.Shape is null)
            throw ModelFile.Damaged($"family {section.Name} has a shape too many or too few");
        if (section.Shape is not { } shape) return family;
        if (section.ShapeEstimated) return family.WithShape(shape);
        return section.Name switch
        {
            "negative-binomial" => Family.NegativeBinomial(shape),
            "negative-binomial-1" => Family.NegativeBinomial1(shape),
            _ => Family.Beta(shape),
        };
    }

    private static ModelSchema Schema(SchemaSection section, FittedModelParts parts)
    {
        foreach (ColumnSection? column in section.Columns)
        {
            if (column is null) throw ModelFile.Damaged("a column has no description");
            if (column.Levels is not null) Texts(column.Levels, $"the levels of '{column.Name}'", least: 1);
        }

        if (section.Scales.Any(static scale => scale is null)) throw ModelFile.Damaged("a scale has no constants");
        var schema = ModelSchema.Create(
            ModelFormula.Parse(section.Formula),
            parts.Family,
            [
                .. section.Columns.Select(static column => new SchemaColumn(column.Name, column.Kind)
                {
                    IsFactor = column.IsFactor,
                    Levels = column.Levels,
                    Mean = column.Mean,
                }),
            ],
            [
                .. section.Scales.Select(static scale =>
                    new ScaleConstant(scale.Expression, scale.Mean, scale.Deviation)),
                .. ConstantSections.Read(section.Constants),
            ],
            section.Weights,
            section.Offset,
            [.. section.FixedColumns]);
        bool agrees = schema.FixedNames.SequenceEqual(parts.FixedNames)
            && schema.RandomTerms.SequenceEqual(parts.RandomTerms)
            && string.Join(":", schema.GroupColumns) == parts.GroupName;
        return agrees ? schema : throw ModelFile.Damaged("its formula does not make the effects that it lists");
    }

    private static ModelFacts Facts(FactsSection fit) => new()
    {
        Producer = fit.Producer,
        Criterion = fit.Criterion,
        Observations = fit.Observations,
        Clusters = fit.Clusters,
        Verdict = fit.Verdict,
        Message = fit.Message,
        Structure = fit.Structure,
        Singular = fit.Singular,
        DispersionEstimated = fit.DispersionEstimated,
        Deviance = fit.Deviance,
        LogLikelihood = fit.LogLikelihood,
        Parameters = fit.Parameters,
        Order = fit.Order,
        Nodes = fit.Nodes,
        ObservedCurvature = fit.ObservedCurvature,
        FrequencyWeights = fit.FrequencyWeights,
        SamplingWeights = fit.SamplingWeights,
    };

    private static string[] Texts(IReadOnlyList<string> texts, string what, int least)
    {
        if (texts.Count < least || texts.Any(static text => text is null))
            throw ModelFile.Damaged($"{what} are incomplete");
        return [.. texts];
    }
}
