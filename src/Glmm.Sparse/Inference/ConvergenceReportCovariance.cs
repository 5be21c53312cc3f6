using System.Globalization;
using Glmm.Sparse.LinearAlgebra;
using Glmm.Sparse.Model;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Inference;

/// <summary>Findings about D and φ: what lies on the boundary, and in which direction of the random effects.</summary>
internal static class ConvergenceReportCovariance
{
    private const double Null = 1e-8;
    private const double NearlyOne = 0.97;

    internal static void Add(GlmmFit fit, ClusteredDesign design, List<ConvergenceFinding> findings)
    {
        AddBoundary(fit, findings);
        foreach (string term in fit.RandomTerms)
        {
            if (term == "(Intercept)" || fit.FixedEffects.Any(e => e.Name == term)) continue;
            findings.Add(new ConvergenceFinding(
                ConvergenceSeverity.Note, "random effects",
                $"'{term}' has a random effect but no fixed one of that name: the mean of its effect is taken to be 0 " +
                "unless other columns span it."));
        }

        AddDispersion(fit, design, findings);
    }

    private static void AddBoundary(GlmmFit fit, List<ConvergenceFinding> findings)
    {
        double[,] d = fit.Covariance;
        int q = d.GetLength(0);
        double largest = Enumerable.Range(0, q).Max(a => d[a, a]);
        int[] alive = [.. Enumerable.Range(0, q).Where(a => d[a, a] > 0)];
        if (fit.Singular)
        {
            foreach (int a in Enumerable.Range(0, q).Except(alive))
            {
                findings.Add(new ConvergenceFinding(
                    ConvergenceSeverity.Warning, "boundary",
                    $"The standard deviation of the random effect '{fit.RandomTerms[a]}' is 0: the data show no variation " +
                    "of it between clusters. Its interval is one-sided; the model without it fits as well."));
            }

            AddDirections(fit, d, alive, findings);
        }

        if (!(largest > 0)) return;
        for (int i = 0; i < alive.Length; i++)
        {
            for (int j = 0; j < i && !fit.Singular; j++)
            {
                int a = alive[i], b = alive[j];
                double r = d[a, b] / Math.Sqrt(d[a, a] * d[b, b]);
                if (Math.Abs(r) < NearlyOne) continue;
                findings.Add(new ConvergenceFinding(
                    ConvergenceSeverity.Warning, "random effects", string.Create(
                        CultureInfo.InvariantCulture,
                        $"The random effects '{fit.RandomTerms[b]}' and '{fit.RandomTerms[a]}' have correlation {r:F3}, ") +
                    "nearly on the boundary; the data hardly tell them apart. Centre the covariate or use a simpler " +
                    "structure."));
            }
        }
    }

    // Eigenvectors of the correlation matrix of the effects that vary, to the eigenvalue 0.
    private static void AddDirections(GlmmFit fit, double[,] d, int[] alive, List<ConvergenceFinding> findings)
    {
        int m = alive.Length;
        if (m < 2) return;
        double[] correlation = new double[m * m], values = new double[m], vectors = new double[m * m];
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < m; j++)
            {
                correlation[(i * m) + j] =
                    d[alive[i], alive[j]] / Math.Sqrt(d[alive[i], alive[i]] * d[alive[j], alive[j]]);
            }
        }

        SymmetricEigen.Decompose(correlation, m, values, vectors);
        for (int e = 0; e < m; e++)
        {
            if (values[e] > Null) continue;

            // The direction on the user's scale, its largest weight 1.
            double[] direction =
                [.. Enumerable.Range(0, m).Select(i => vectors[(i * m) + e] / Math.Sqrt(d[alive[i], alive[i]]))];
            double most = direction.MaxBy(Math.Abs), least = 1e-6 * Math.Abs(most);
            IEnumerable<string> parts = Enumerable.Range(0, m).Where(i => Math.Abs(direction[i]) > least).Select(i =>
                string.Create(CultureInfo.InvariantCulture, $"{direction[i] / most:G4}·'{fit.RandomTerms[alive[i]]}'"));
            string pair = m == 2
                ? string.Create(CultureInfo.InvariantCulture, $" (their correlation is {Math.Sign(d[alive[0], alive[1]])})")
                : "";
            findings.Add(new ConvergenceFinding(
                ConvergenceSeverity.Warning, "boundary",
                $"The combination {string.Join(" + ", parts)} of the random effects does not vary between clusters{pair}: " +
                "D is singular in that direction. Use fewer random effects, or uncorrelated ones, to have intervals of D."));
        }
    }

    private static void AddDispersion(GlmmFit fit, ClusteredDesign design, List<ConvergenceFinding> findings)
    {
        if (!fit.DispersionEstimated) return;
        long effects = (long)fit.RandomTerms.Count * fit.GroupCount;
        if (effects < fit.Observations) return;
        bool weighted = design.PriorWeights is not null;
        findings.Add(new ConvergenceFinding(
            ConvergenceSeverity.Warning, "dispersion", string.Create(
                CultureInfo.InvariantCulture,
                $"There are {effects} random effects for {fit.Observations} rows") +
            (weighted ? "; weights alone tell them from the residual variance." :
                ": they and the residual variance are hardly told apart. Use fewer random effects.")));
    }
}
