using Glmm.Sparse.Data;
using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Formula;
using Glmm.Sparse.Persistence;
using Glmm.Sparse.Results;
using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Report.Tests;

/// <summary>A data set, its fit and the model made of it, gone through a file as a user's does.</summary>
internal sealed record Sample(ColumnTable Table, ModelFrame Frame, GlmmFit Fit, GlmmModel Model)
{
    /// <summary>Counts, a random intercept, PQL.</summary>
    public static Sample Epil() => Of(
        Read("epil"), "y ~ lbase*trt + lage + V4 + (1 | subject)", Family.Poisson, EstimationMethod.Pql,
        new ModelFrameOptions
        {
            Levels = new Dictionary<string, IReadOnlyList<string>> { ["trt"] = ["placebo", "progabide"] },
        });

    /// <summary>Yes or no, many clusters, quadrature.</summary>
    public static Sample Toenail() => Of(
        Read("toenail"), "outcome ~ treatment*time + (1 | patientID)", Family.Binomial, EstimationMethod.Aghq);

    /// <summary>Numbers, random slopes, REML.</summary>
    public static Sample Sleepstudy() => Of(
        Read("sleepstudy"), "Reaction ~ Days + (1 + Days | Subject)", Family.Gaussian, EstimationMethod.Pql);

    /// <summary>The sample of a name.</summary>
    public static Sample Named(string name) => name switch
    {
        "epil" => Epil(),
        "toenail" => Toenail(),
        _ => Sleepstudy(),
    };

    /// <summary>Fits.</summary>
    public static Sample Of(
        ColumnTable table, string formula, Family family, EstimationMethod method,
        ModelFrameOptions? options = null, FitOptions? fitOptions = null)
    {
        var frame = ModelFrame.Create(
            table, formula, family, (options ?? new ModelFrameOptions()) with { RowOrder = RowOrder.Canonical });
        GlmmFit fit = GlmmEstimator.Fit(method, frame.Design, family, null, fitOptions);
        using var file = new MemoryStream();
        GlmmModel.Create(fit, frame).Save(file);
        file.Position = 0;
        return new Sample(table, frame, fit, GlmmModel.Load(file));
    }

    /// <summary>A data set of the repository.</summary>
    public static ColumnTable Read(string name) => CsvTable.Read(Repository.Data($"{name}.csv"));

    /// <summary>The report as text.</summary>
    public string Html(ReportOptions? options = null)
    {
        using var stream = new MemoryStream();
        ModelReport.Create(Model, Table, options).WriteHtml(stream);
        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }
}
