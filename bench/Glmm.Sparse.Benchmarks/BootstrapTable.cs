using System.Diagnostics;
using System.Globalization;
using Glmm.Sparse.Data;
using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Formula;
using Glmm.Sparse.Model;
using Glmm.Sparse.Resampling;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Benchmarks;

/// <summary>A parametric bootstrap of the epil data with 10,000 replicates.</summary>
internal static class BootstrapTable
{
    private const int Replicates = 10_000;

    public static void Print(TextWriter output)
    {
        ClusteredDesign design = ModelFrame.Create(
            CsvTable.Read(Path.Combine(Root(), "data", "epil.csv")), "y ~ lbase*trt + lage + V4 + (1 | subject)",
            Family.Poisson).Design;
        var bootstrap = new BootstrapIntervalOptions { Replicates = Replicates };
        BootstrapResult Run(int threads) => BootstrapIntervals.Compute(
            design, Family.Poisson, null, new FitOptions { Threads = threads }, bootstrap);
        Run(2);
        double[] seconds = new double[3], processor = new double[3];
        var results = new BootstrapResult[3];
        for (int threads = 1; threads <= 2; threads++)
        {
            long start = Stopwatch.GetTimestamp();
            TimeSpan used = Environment.CpuUsage.TotalTime;
            results[threads] = Run(threads);
            seconds[threads] = Stopwatch.GetElapsedTime(start).TotalSeconds;
            processor[threads] = (Environment.CpuUsage.TotalTime - used).TotalSeconds;
        }

        ResponseSimulation simulation = ResponseSimulation.FromFit(results[1].Fit, design);
        var y = new double[design.Observations];
        int number = 0;
        double drawing = Measure.MedianSeconds(() => simulation.Draw(number++, y));
        output.WriteLine("| epil, y ~ lbase\\*trt + lage + V4 + (1 \\| subject), poisson, 10,000 replicates | |");
        output.WriteLine("|---|--:|");
        output.WriteLine($"| one thread | {Format.Seconds(seconds[1])}, processor time {Format.Seconds(processor[1])} |");
        output.WriteLine($"| two threads | {Format.Seconds(seconds[2])}, processor time {Format.Seconds(processor[2])} |");
        output.WriteLine($"| of a replicate, drawing it | {Format.Seconds(drawing)} |");
        output.WriteLine($"| not converged, refused | {results[1].Failures}, {results[1].Refused} |");
        bool same = results[1].Parameters.SequenceEqual(results[2].Parameters);
        output.WriteLine($"| the same to the last bit | {(same ? "yes" : "no")} |");
        output.WriteLine();
        output.WriteLine("| parameter | estimate | bias | standard error | percentile, 95 % | basic, 95 % |");
        output.WriteLine("|---|--:|--:|--:|---|---|");
        foreach (BootstrapParameter parameter in results[1].Parameters)
        {
            output.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"| {parameter.Name} | {parameter.Estimate:F4} | {parameter.Bias:F4} | {parameter.StandardError:F4} ") +
                string.Create(CultureInfo.InvariantCulture, $"| [{parameter.PercentileLower:F4}, {parameter.PercentileUpper:F4}] | [{parameter.BasicLower:F4}, {parameter.BasicUpper:F4}] |"));
        }

        output.WriteLine();
    }

    private static string Root()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Glmm.Sparse.sln"))) folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException("The repository was not found above the program.");
    }
}
