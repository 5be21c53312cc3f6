using System.Text.Json;
using Glmm.Sparse.Data;
using Glmm.Sparse.Families;
using Glmm.Sparse.Formula;
using Glmm.Sparse.Model;
using Glmm.Sparse.Tables;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Formula;

/// <summary>Designs that R's model.matrix and lme4 made from the same formulas and data.</summary>
[TestFixture]
internal sealed class ReferenceDesignTests
{
    private static IEnumerable<string> Models() =>
        Directory.EnumerateFiles(Repository.Reference("designs"), "*.csv")
            .Select(path => Path.GetFileNameWithoutExtension(path))
            .Order(StringComparer.Ordinal);

    [TestCaseSource(nameof(Models))]
    public void DesignEqualsTheOneMadeByR(string model)
    {
        using JsonDocument document = JsonDocument.Parse(
            File.ReadAllText(Repository.Reference("fits", model + ".json")));
        JsonElement fit = document.RootElement;
        string formula = fit.GetProperty("formula").GetString()!;
        ColumnTable expected = CsvTable.Read(Repository.Reference("designs", model + ".csv"));

        ModelFrame frame = Frame(fit, formula);

        ClusteredDesign design = frame.Design;
        Assert.That(design.Observations, Is.EqualTo(fit.GetProperty("observations").GetInt32()));
        Assert.That(frame.RowsDroppedMissing, Is.Zero);
        Assert.That(design.Clusters.Count, Is.EqualTo(fit.GetProperty("clusters").GetInt32()));
        Assert.That(frame.XNames(), Is.EqualTo(Names(fit, "fixed_names")));
        Assert.That(frame.ZNames(), Is.EqualTo(Names(fit, "random_names")));
        if (fit.GetProperty("structure").GetString() is var structure and not "scalar")
            Assert.That(design.Covariance.Name, Is.EqualTo(structure));
        AssertColumn(design.Response, expected["y"]!);
        AssertColumn(
            design.PriorWeights ?? DesignColumn.Constant("weight", 1, design.Observations), expected["weight"]!);
        AssertColumn(design.Offset ?? DesignColumn.Constant("offset", 0, design.Observations), expected["offset"]!);
        for (int j = 0; j < design.FixedEffects.Count; j++)
            AssertColumn(design.FixedEffects[j], expected.Columns[4 + j]);
        for (int j = 0; j < design.RandomEffects.Count; j++)
            AssertColumn(design.RandomEffects[j], expected.Columns[4 + design.FixedEffects.Count + j]);
        AssertSamePartition(design.Clusters, (NumericColumn)expected["cluster"]!);
    }

    /// <summary>
    /// R's column has the name that the fit lists; a prepared column has another name there than scale() has here.
    /// </summary>
    private static string[] Names(JsonElement fit, string property) =>
    [
        .. fit.GetProperty(property).EnumerateArray()
            .Select(name => name.GetString()!)
            .Select(name => name == "sHEIGHT" ? "scale(HEIGHT)" : name),
    ];

    private static ModelFrame Frame(JsonElement fit, string formula)
    {
        string data = fit.GetProperty("data").GetString()!;
        bool isBinomial = fit.GetProperty("family").GetString() == "binomial";
        var levels = fit.GetProperty("levels").EnumerateObject().ToDictionary(
            factor => factor.Name,
            IReadOnlyList<string> (factor) => [.. factor.Value.EnumerateArray().Select(level => level.GetString()!)]);
        var options = new ModelFrameOptions { Levels = levels };
        ModelFormula parsed = ModelFormula.Parse(formula);
        return ModelFrame.Create(
            CsvTable.Read(Repository.Data(data), options.ColumnsUsed(parsed)), parsed,
            isBinomial ? Family.Binomial : Family.Gaussian, options);
    }

    private static void AssertColumn(DesignColumn actual, TableColumn expected)
    {
        double[] values = actual.Values();
        double[] wanted = [.. Enumerable.Range(0, expected.Length).Select(row => ((NumericColumn)expected)[row])];
        Assert.That(values, Is.EqualTo(wanted).Within(1e-12), actual.Name);
    }

    private static void AssertSamePartition(ClusterIndex clusters, NumericColumn expected)
    {
        var codeOf = new Dictionary<double, int>();
        int next = 0;
        for (int row = 0; row < expected.Length; row++)
        {
            int code = clusters.Codes.Span[row];
            Assert.That(code, Is.LessThanOrEqualTo(next), "codes count up in order of first appearance");
            if (code == next)
            {
                codeOf.Add(expected[row], code);
                next++;
            }

            Assert.That(codeOf[expected[row]], Is.EqualTo(code));
        }
    }
}
