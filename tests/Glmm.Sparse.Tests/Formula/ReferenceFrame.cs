using System.Text.Json;
using Glmm.Sparse.Data;
using Glmm.Sparse.Families;
using Glmm.Sparse.Formula;
using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Tests.Formula;

/// <summary>A model of Reference/fits with the data of the repository.</summary>
internal sealed record ReferenceFrame(ColumnTable Table, ModelFrame Frame, Family Family, Link Link)
{
    public static IEnumerable<string> Models() =>
        Directory.EnumerateFiles(Repository.Reference("designs"), "*.csv")
            .Select(path => Path.GetFileNameWithoutExtension(path))
            .Order(StringComparer.Ordinal);

    public static ReferenceFrame Read(string model)
    {
        using JsonDocument document = JsonDocument.Parse(
            File.ReadAllText(Repository.Reference("fits", model + ".json")));
        JsonElement fit = document.RootElement;
        var levels = fit.GetProperty("levels").EnumerateObject().ToDictionary(
            factor => factor.Name,
            IReadOnlyList<string> (factor) => [.. factor.Value.EnumerateArray().Select(level => level.GetString()!)]);
        var options = new ModelFrameOptions { Levels = levels };
        var family = Family.Parse(
            fit.GetProperty("family").GetString()!.Replace("inverse.gaussian", "inverse-gaussian", StringComparison.Ordinal));
        string link = fit.GetProperty("link").GetString()!;
        var formula = ModelFormula.Parse(fit.GetProperty("formula").GetString()!);
        ColumnTable table = CsvTable.Read(
            Repository.Data(fit.GetProperty("data").GetString()!), options.ColumnsUsed(formula));
        return new ReferenceFrame(
            table, ModelFrame.Create(table, formula, family, options), family,
            Link.Parse(link == "1/mu^2" ? "inverse-square" : link));
    }
}
