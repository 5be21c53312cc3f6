using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Data.Tests;

/// <summary>Tables that every form of data has to carry over unharmed.</summary>
internal static class SampleTables
{
    /// <summary>Numbers of full precision, whole numbers, truth values, a factor, text identifiers, dates and times, each
    /// but the response, the exposure and the cluster with missing values.</summary>
    public static ColumnTable Mixed { get; } = MakeMixed(600);

    public static ColumnTable Named(string name) =>
        name == "mixed" ? Mixed : CsvTable.Read(Repository.Data(name));

    public static ColumnTable Shuffled(ColumnTable table, int seed)
    {
        int[] order = [.. Enumerable.Range(0, table.RowCount)];
        new Random(seed).Shuffle(order);

        // Made anew, so that texts get their codes in the new order of appearance, as a reader gives them.
        var builder = new ColumnTableBuilder();
        foreach (TableColumn column in table.Columns)
        {
            TableColumn taken = column.Take(order);
            if (taken is TextColumn text)
                builder.Text(text.Name, [.. Enumerable.Range(0, text.Length).Select(row => Text(text, row))]);
            else
                builder.With(taken);
        }

        return builder.ToTable();
    }

    /// <summary>The time that is so many seconds after the beginning of 1970, to the microsecond.</summary>
    public static DateTime Time(double seconds) =>
        DateTime.UnixEpoch.AddTicks((long)Math.Round(seconds * 1e6) * TimeSpan.TicksPerMicrosecond);

    public static string? Text(TableColumn column, int row) => column.IsMissing(row) ? null : column.LabelAt(row);

    private static ColumnTable MakeMixed(int rows)
    {
        var random = new Random(17);
        var start = new DateOnly(2019, 12, 30);
        var time = new DateTime(2031, 3, 4, 5, 6, 7);
        int[] y = new int[rows];
        double?[] x = new double?[rows];
        double[] exposure = new double[rows];
        int?[] visit = new int?[rows];
        bool?[] smoker = new bool?[rows];
        string?[] arm = new string?[rows];
        string[] id = new string[rows];
        DateOnly?[] day = new DateOnly?[rows];
        DateTime[] seen = new DateTime[rows];
        for (int row = 0; row < rows; row++)
        {
            x[row] = random.Next(20) == 0 ? null : random.NextDouble() - 0.5;
            exposure[row] = 1 + (random.NextDouble() / 3);
            visit[row] = random.Next(30) == 0 ? null : random.Next(1, 6);
            smoker[row] = random.Next(25) == 0 ? null : random.Next(2) == 0;
            arm[row] = random.Next(25) == 0 ? null : ((string[])["placebo", "low, \"half\"", "höher"])[random.Next(3)];
            int cluster = random.Next(60);
            id[row] = $"p{cluster:000}";
            day[row] = random.Next(40) == 0 ? null : start.AddDays(random.Next(-400, 400));
            seen[row] = time.AddMilliseconds(random.Next());
            y[row] = (int)Math.Floor(-Math.Log(random.NextDouble()) * Math.Exp(0.5 + (x[row] ?? 0) + (cluster % 5 * 0.2)));
        }

        return new ColumnTableBuilder()
            .Number("y", y).Number("x", x).Number("exposure", exposure).Number("visit", visit)
            .Boolean("smoker", smoker).Text("arm", arm).Text("id", id).Date("day", day).Time("seen", seen)
            .ToTable();
    }
}
