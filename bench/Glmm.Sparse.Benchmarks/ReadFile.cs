using System.Buffers.Text;
using System.IO.Compression;

namespace Glmm.Sparse.Benchmarks;

/// <summary>
/// The file of <c>read</c>: eight columns, a text for the cluster, a count for the response, the number of the visit,
/// four
/// covariates (two with every digit of a double, two rounded) and a factor of five levels; ten rows a cluster on
/// average.
/// </summary>
internal static class ReadFile
{
    internal const string Formula = "y ~ t + x1 + x2 + x3 + x4 + region + (1 | id)";

    internal const int Columns = 8;
    private const int RowsPerCluster = 10;
    private const int LongestRow = 256;

    private static readonly byte[][] Regions =
        ["north"u8.ToArray(), "south"u8.ToArray(), "east"u8.ToArray(), "west"u8.ToArray(), "centre"u8.ToArray()];

    /// <summary>Writes the file.</summary>
    /// <param name="path">Where to.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="shuffled">The rows of a cluster lie anywhere, rather than one behind the other.</param>
    internal static void Write(string path, int rows, bool shuffled)
    {
        using FileStream file = File.Create(path);
        var random = new Random(1);
        int clusters = Math.Max(1, rows / RowsPerCluster);
        var effects = new double[clusters];
        foreach (ref double effect in effects.AsSpan()) effect = 0.5 * Normal(random);
        byte[] buffer = new byte[1 << 20];
        int at = Put(buffer, 0, "id,y,t,x1,x2,x3,x4,region\n"u8);
        for (int row = 0; row < rows; row++)
        {
            if (buffer.Length - at < LongestRow)
            {
                file.Write(buffer, 0, at);
                at = 0;
            }

            int cluster = shuffled ? random.Next(clusters) : Math.Min(row / RowsPerCluster, clusters - 1);
            double x1 = Normal(random), x2 = random.NextDouble();
            double x3 = Math.Round(Normal(random), 4), x4 = Math.Round(100 * random.NextDouble(), 2);
            int t = row % RowsPerCluster, region = random.Next(Regions.Length);
            double eta = effects[cluster] - 0.2 + (0.3 * x1) - (0.2 * x2) + (0.1 * x3) + (0.002 * x4) + (0.02 * t);
            at = Put(buffer, at, "c"u8);
            Utf8Formatter.TryFormat(cluster, buffer.AsSpan(at), out int written, new('D', 7));
            at = Put(buffer, at + written, ","u8);
            at = Put(buffer, at, Poisson(random, Math.Exp(eta)));
            at = Put(buffer, at, t);
            at = Put(buffer, at, x1);
            at = Put(buffer, at, x2);
            at = Put(buffer, at, x3);
            at = Put(buffer, at, x4);
            at = Put(buffer, at, Regions[region]);
            at = Put(buffer, at, "\n"u8);
        }

        file.Write(buffer, 0, at);
    }

    /// <summary>Compresses a file.</summary>
    internal static void Compress(string path, string target)
    {
        using FileStream source = File.OpenRead(path);
        using var encoder = new GZipStream(File.Create(target), CompressionLevel.Optimal);
        source.CopyTo(encoder);
    }

    private static int Put(byte[] buffer, int at, ReadOnlySpan<byte> text)
    {
        text.CopyTo(buffer.AsSpan(at));
        return at + text.Length;
    }

    private static int Put(byte[] buffer, int at, double number)
    {
        Utf8Formatter.TryFormat(number, buffer.AsSpan(at), out int written);
        return Put(buffer, at + written, ","u8);
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static int Poisson(Random random, double mean)
    {
        double limit = Math.Exp(-mean), product = random.NextDouble();
        int count = 0;
        for (; product > limit; count++) product *= random.NextDouble();
        return count;
    }
}
