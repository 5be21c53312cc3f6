using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Formula;
using Glmm.Sparse.Persistence;
using Glmm.Sparse.Results;
using Glmm.Sparse.Tables;
using Glmm.Sparse.Tests.Formula;

namespace Glmm.Sparse.Tests.Persistence;

/// <summary>Models of the repository's data, and small ones that use everything a formula can.</summary>
internal static class SampleModels
{
    /// <summary>A table with a text and a boolean factor, numbers, an offset, weights, 24 rows in 6 clusters.</summary>
    public static ColumnTable Table { get; } = MakeTable();

    public static ReferenceFrame Frame(string reference) => ReferenceFrame.Read(reference);

    public static GlmmModel Reference(string reference, EstimationMethod method = EstimationMethod.Pql)
    {
        ReferenceFrame frame = Frame(reference);
        return GlmmModel.Create(
            GlmmEstimator.Fit(method, frame.Frame.Design, frame.Family, frame.Link), frame.Frame);
    }

    /// <summary>A small model of everything: scale, levels, an interaction, offset, weights, a dropped column.</summary>
    public static GlmmModel Rich(
        EstimationMethod method = EstimationMethod.Pql, Family? family = null, Link? link = null,
        string response = "count", FitOptions? options = null)
    {
        Family chosen = family ?? Family.Poisson;
        ModelFrame frame = ModelFrame.Create(
            Table, $"{response} ~ scale(x) * trt + old + I(2 * x) + offset(log(e)) + (1 + x | center:id)", chosen,
            new ModelFrameOptions
            {
                Offset = "o",
                Weights = "w",
                References = new Dictionary<string, string> { ["trt"] = "placebo" },
            });
        return GlmmModel.Create(GlmmEstimator.Fit(method, frame.Design, chosen, link, options), frame);
    }

    /// <summary>A small model of all that calls take from data: bases, levels of computed factors.</summary>
    public static GlmmModel Bases()
    {
        ModelFrame frame = ModelFrame.Create(
            Table,
            "size ~ poly(x, 2) + ns(e, df = 2) + C(trt, contr.sum) * cut(scale(share), c(-Inf, 0, Inf)) + "
            + "interaction(old, trt) + (1 | id)",
            Family.Gaussian);
        return GlmmModel.Create(GlmmEstimator.Fit(EstimationMethod.Pql, frame.Design, Family.Gaussian), frame);
    }

    public static byte[] Bytes(GlmmModel model)
    {
        using var stream = new MemoryStream();
        model.Save(stream);
        return stream.ToArray();
    }

    public static GlmmModel Load(byte[] bytes)
    {
        using var stream = new MemoryStream(bytes);
        return GlmmModel.Load(stream);
    }

    private static ColumnTable MakeTable()
    {
        const int rows = 24;
        double[] Numbers(Func<int, double> value) => [.. Enumerable.Range(0, rows).Select(value)];
        double Noise(int i) => Math.Sin((12.9898 * i) + 4.1);
        return ColumnTable.FromColumns(
            TableColumn.Numeric("count", Numbers(i => Math.Floor(3 + (2.5 * Noise(i)) + (i / 4 % 3)))),
            TableColumn.Numeric("share", Numbers(i => 0.5 + (0.3 * Noise(i)))),
            TableColumn.Numeric("size", Numbers(i => Math.Exp(Noise(i) + (0.3 * Noise(i / 4))))),
            TableColumn.Numeric("yes", Numbers(i => Noise(i) > 0 ? 1 : 0)),
            TableColumn.Numeric("x", Numbers(i => (i % 4) + (0.1 * Noise(i + 50)))),
            TableColumn.Text("trt", [.. Enumerable.Range(0, rows).Select(i => i % 3 == 0 ? "placebo" : "drug \"Ä\"")]),
            TableColumn.Boolean("old", [.. Enumerable.Range(0, rows).Select(i => (bool?)(Noise(i + 9) > 0))]),
            TableColumn.Numeric("e", Numbers(i => 1 + (i % 5))),
            TableColumn.Numeric("o", Numbers(i => 0.1 * (i % 2))),
            TableColumn.Numeric("w", Numbers(i => 1 + (i % 2))),
            TableColumn.Text("center", [.. Enumerable.Range(0, rows).Select(i => i < 12 ? "north" : "süd")]),
            TableColumn.Numeric("id", Numbers(i => i / 4)));
    }
}
