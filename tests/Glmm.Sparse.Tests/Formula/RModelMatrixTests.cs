using System.Text.Json;
using Glmm.Sparse.Families;
using Glmm.Sparse.Formula;
using Glmm.Sparse.Tables;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Formula;

/// <summary>Columns that R's model.matrix and lme4 made; Oracle/make.R made the files that are read here.</summary>
[TestFixture]
internal sealed class RModelMatrixTests
{
    private static ColumnTable Table { get; } = ColumnTable.FromColumns(
        TableColumn.Numeric("x", 0.5, 1.5, -2, 3, 4, 0.25, 7, 1, 2, 5, -1, 6),
        TableColumn.Numeric("z", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13),
        TableColumn.Text("a", "p", "q", "p", "q", "p", "q", "p", "q", "p", "q", "p", "q"),
        TableColumn.Text("b", "u", "u", "v", "v", "w", "w", "u", "v", "w", "u", "v", "w"),
        TableColumn.Text("c", "n", "n", "n", "y", "y", "y", "y", "n", "y", "n", "y", "n"),
        TableColumn.Boolean("s", true, false, false, true, true, false, true, true, false, false, true, false),
        TableColumn.Numeric("k", 10, 9, 2, 10, 9, 2, 10, 9, 2, 10, 9, 2),
        TableColumn.Numeric("my x", 1.5, 2.5, -1, 4, 5, 1.25, 8, 2, 3, 6, 0, 7),
        TableColumn.Numeric("g", 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3),
        TableColumn.Text("h", "k", "l", "k", "l", "k", "l", "k", "l", "k", "l", "k", "l"),
        TableColumn.Numeric("y", [.. Enumerable.Range(1, 12).Select(i => i / 3.0)]));

    [TestCaseSource(nameof(FixedCases))]
    public void FixedEffectsAreThoseOfModelMatrix(string formula, string[] names, double[] moments)
    {
        ModelFrame frame = ModelFrame.Create(Table, $"y ~ {formula} + (1 | g)", Family.Gaussian);

        Assert.That(frame.XNames(), Is.EqualTo(names));
        double[] actual =
            [.. frame.Design.FixedEffects.Select(column => column.Values().Select((x, i) => x * (i + 1)).Sum())];
        for (int j = 0; j < moments.Length; j++)
            Assert.That(actual[j], Is.EqualTo(moments[j]).Within(1e-12 * (1 + Math.Abs(moments[j]))), names[j]);
    }

    [TestCaseSource(nameof(RandomCases))]
    public void RandomEffectsAreThoseOfLme4(string formula, string[][] blocks)
    {
        ModelFrame frame = ModelFrame.Create(Table, $"y ~ 1 + {formula}", Family.Gaussian);

        Assert.That(frame.ZNames(), Is.EqualTo(blocks.SelectMany(block => block)));
        bool isDiagonal = blocks.Length > 1 && formula.Contains("||") && blocks.All(block => block.Length == 1);
        string structure = isDiagonal ? "diagonal" : string.Join(" + ", blocks.Select(_ => "unstructured"));
        Assert.That(frame.Design.Covariance.Dimension, Is.EqualTo(blocks.Sum(block => block.Length)));
        Assert.That(frame.Design.Covariance.Name, Is.EqualTo(structure));
    }

    private static IEnumerable<TestCaseData> FixedCases() => Read("model_matrix.json").Select(entry => new TestCaseData(
        entry.GetProperty("formula").GetString(), Strings(entry.GetProperty("names")),
        entry.GetProperty("moments").EnumerateArray().Select(moment => moment.GetDouble()).ToArray())
        .SetArgDisplayNames(entry.GetProperty("formula").GetString()!));

    private static IEnumerable<TestCaseData> RandomCases() => Read("random_terms.json").Select(entry =>
        new TestCaseData(
        entry.GetProperty("formula").GetString(),
        entry.GetProperty("blocks").EnumerateArray().Select(Strings).ToArray())
        .SetArgDisplayNames(entry.GetProperty("formula").GetString()!));

    private static string[] Strings(JsonElement array) => [.. array.EnumerateArray().Select(item => item.GetString()!)];

    private static JsonElement[] Read(string file)
    {
        string path = Path.Combine(Repository.Root, "tests", "Glmm.Sparse.Tests", "Formula", "Oracle", file);
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(path));
        return [.. document.RootElement.EnumerateArray().Select(entry => entry.Clone())];
    }
}
