using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Model;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Benchmarks;

/// <summary>Maximum likelihood beside PQL on the same design in the same process: what does being right cost?</summary>
internal static class LikelihoodTable
{
    private const int ClusterSize = 10;
    private const int Nodes = 7;

    public static void Print(TextWriter output)
    {
        Row(TextWriter.Null, "poisson", 1, 1_000, quadrature: true);
        Row(TextWriter.Null, "binomial", 2, 1_000, quadrature: false);
        output.WriteLine(
            $"| family | q | n | PQL | Laplace | ÷ PQL | passes | AGHQ, {Nodes} nodes | ÷ PQL |");
        output.WriteLine("|---|--:|--:|--:|--:|--:|--:|--:|--:|");
        foreach (int q in new[] { 1, 2 })
        {
            foreach (string family in new[] { "poisson", "binomial" })
            {
                foreach (int clusters in new[] { 1_000, 10_000, 100_000 }) Row(output, family, q, clusters, q == 1);
            }
        }
    }

    private static void Row(TextWriter output, string name, int q, int clusters, bool quadrature)
    {
        ClusteredDesign design = SimulatedDesign.Create(name, clusters, ClusterSize, randomCount: q);
        Family family = Family.Parse(name);
        var options = new FitOptions { Nodes = Nodes };
        LikelihoodFit? laplace = null;
        double pql = Measure.MedianSeconds(() => Pql.Fit(design, family, options: options));
        double fit = Measure.MedianSeconds(() => laplace = Laplace.Fit(design, family, options: options));
        string quadratures = "| | |";
        if (quadrature)
        {
            double seconds = Measure.MedianSeconds(() => AdaptiveQuadrature.Fit(design, family, options: options));
            quadratures = $"| {Format.Seconds(seconds)} | {Format.Digits(seconds / pql)}× |";
        }

        output.WriteLine(
            $"| {name} | {q} | {design.Observations:N0} | {Format.Seconds(pql)} | {Format.Seconds(fit)} | " +
            $"{Format.Digits(fit / pql)}× | {laplace!.DataPasses} {quadratures}");
    }
}
