using Glmm.Sparse.Persistence;

namespace Glmm.Sparse.Server;

/// <summary>What there is to know of a model.</summary>
internal sealed record ModelDocument(
    string Name, string Formula, string Family, string Link, string Method, IReadOnlyList<ColumnDocument> Columns,
    IReadOnlyList<string> Group, IReadOnlyList<CoefficientDocument> Fixed, IReadOnlyList<string> RandomTerms,
    double[][] Covariance, double Dispersion, int KnownClusters, int Observations, string Verdict, bool Converged,
    bool Singular, string? Message, double? LogLikelihood, string Producer)
{
    public static ModelDocument Of(ServedModel served)
    {
        GlmmModel model = served.Model;
        int p = model.Fitted.FixedNames.Count, q = model.Fitted.RandomTerms.Count;
        double[] estimates = model.Fitted.FixedEffects.ToArray(), errors = model.Fitted.FixedCovariance.ToArray();
        double[] covariance = model.Fitted.Covariance.ToArray();
        return new ModelDocument(
            served.Name, served.Schema.Formula, model.Fitted.Family.Name, model.Fitted.Link.Name,
            Words.Of(model.Fitted.Method),
            [
                .. served.Schema.Columns.Select(static column => new ColumnDocument(
                    column.Name, column.Kind, column.Levels)),
            ],
            served.Schema.GroupColumns,
            [
                .. Enumerable.Range(0, p).Select(j => new CoefficientDocument(
                    model.Fitted.FixedNames[j], estimates[j], Math.Sqrt(errors[(j * p) + j]))),
            ],
            model.Fitted.RandomTerms, [.. covariance.Chunk(Math.Max(q, 1))], model.Fitted.Dispersion,
            model.Fitted.ClusterCount, model.Facts.Observations, Words.Of(model.Facts.Verdict), model.Facts.Converged,
            model.Facts.Singular, model.Facts.Message, model.Facts.LogLikelihood, model.Facts.Producer);
    }
}

/// <summary>A column of data that a model uses, with the levels of a factor.</summary>
internal sealed record ColumnDocument(string Name, string Kind, IReadOnlyList<string>? Levels);

/// <summary>A fixed effect.</summary>
internal sealed record CoefficientDocument(string Name, double? Estimate, double? StdError);

/// <summary>The models that there are.</summary>
internal sealed record ModelListDocument(IReadOnlyList<string> Models);
