using System.Globalization;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Cli;

/// <summary>Prints how a fit ended, how far it can be trusted and what to look at.</summary>
internal static class VerdictText
{
    public static void Write(TextWriter output, FitDocument fit, TextStyle style)
    {
        (string ending, Func<string, string> mark) = fit.Verdict switch
        {
            "converged" => ("converged", style.Good),
            "boundary" => (
                "converged on the boundary, the covariance of the random effects is singular",
                (Func<string, string>)style.Caution),
            _ => ($"NOT converged ({fit.Verdict})", style.Bad),
        };
        string iterations = fit.Iterations == 1 ? "1 iteration" : $"{fit.Iterations} iterations";
        TextWrap.Write(
            output,
            string.Create(
                CultureInfo.InvariantCulture,
                $"Verdict: {ending}, {iterations}, next step {NumberFormat.Significant(fit.GradientNorm, 2)} standard "
                + $"errors, {fit.Timings.FitSeconds:0.###} s"),
            indent: 2, mark);
        if (fit.Message is not null) TextWrap.Write(output, $"  {fit.Message}", indent: 2, mark);
        if (fit.SamplingWeights is not null)
            output.WriteLine("Approximation risk: not assessed with sampling weights");
        if (fit.ApproximationRisk is { } risk && !fit.Warnings.Contains(risk.Statement))
            TextWrap.Write(output, risk.Statement, indent: 2);
        foreach (string warning in fit.Warnings.Where(warning => warning != fit.Message))
            TextWrap.Write(output, $"Warning: {warning}", indent: 2, style.Caution);
    }
}
