using System.Globalization;
using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Formula;
using Glmm.Sparse.Results;
using Glmm.Sparse.Tables;

// What try-packages.sh builds against the packed library: the seizure counts by every method, to the last digit.
string[][] cells = [.. File.ReadLines(args[0]).Select(static line => line.Split(','))];
string[] header = [.. cells[0].Select(static name => name.Trim('"'))];
int At(string name) => Array.IndexOf(header, name);
double Number(string[] row, string name) => double.Parse(row[At(name)], CultureInfo.InvariantCulture);

ColumnTable table = RecordTable.From(cells.Skip(1))
    .Number("y", row => Number(row, "y")).Number("lbase", row => Number(row, "lbase"))
    .Number("lage", row => Number(row, "lage")).Number("V4", row => Number(row, "V4"))
    .Text("trt", row => row[At("trt")]).Text("subject", row => row[At("subject")])
    .ToTable();
Family family = Family.Parse("poisson");
ModelFrame frame = ModelFrame.Create(table, "y ~ lbase*trt + lage + V4 + (1 | subject)", family);

foreach (EstimationMethod method in Enum.GetValues<EstimationMethod>())
{
    GlmmFit fit = GlmmEstimator.Fit(method, frame.Design, family, null, FitOptions.Default);
    IEnumerable<double> numbers = fit.FixedEffects.Select(static effect => effect.Estimate).Append(fit.Covariance[0, 0]);
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{method}: {string.Join(' ', numbers.Select(static x => x.ToString("R", CultureInfo.InvariantCulture)))}"));
}
