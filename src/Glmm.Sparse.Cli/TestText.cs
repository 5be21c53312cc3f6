using System.Globalization;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Cli;

/// <summary>Prints a test for a person.</summary>
internal static class TestText
{
    public static void Write(TextWriter output, TestDocument test, TextStyle style)
    {
        string title = test switch
        {
            { LikelihoodRatio: not null } => "Likelihood-ratio test of two models",
            { VarianceScore: not null } => "Score test of no variance between clusters, from the model without it",
            _ => "Score tests of fixed effects, each alone added to the model",
        };
        output.WriteLine(style.Heading(title));
        if (test.Formula is not null) TextWrap.Write(output, $"Formula: {test.Formula}", indent: 9);
        string method = test.Method is null ? "" : $", {test.Method}";
        output.WriteLine($" Family: {test.Family} ({test.Link}){method}");
        string groups = string.Join("; ", test.Groups.Select(static group => $"{group.Name}, {group.Levels}"));
        output.WriteLine($"Number of obs: {test.Observations}, groups: {groups}");
        output.WriteLine();
        if (test.LikelihoodRatio is { } ratio) WriteRatio(output, ratio, style);
        if (test.VarianceScore is { } variance) WriteVariance(output, variance);
        if (test.FixedScore is { } fixedEffects) WriteFixed(output, fixedEffects);
    }

    private static void WriteRatio(TextWriter output, LikelihoodRatioEntry ratio, TextStyle style)
    {
        TextWrap.Write(output, $"smaller: {ratio.Smaller.Formula ?? "(no formula)"}", indent: 9);
        TextWrap.Write(output, $" larger: {ratio.Larger.Formula ?? "(no formula)"}", indent: 9);
        output.WriteLine();
        string[] p = NumberFormat.Probabilities([ratio.P, ratio.Simulated?.P]);
        var table = new TextTable();
        table.Add(["", "npar", "AIC", "logLik", "-2*log(L)", "Chisq", "Df", "Pr(>Chisq)"]);
        table.Add(["smaller", .. Model(ratio.Smaller), "", "", ""]);
        table.Add([
            "larger", .. Model(ratio.Larger), NumberFormat.Fixed(ratio.Statistic, 4),
            ratio.Df.ToString(CultureInfo.InvariantCulture), p[0],
        ]);
        table.Write(output, 0);
        output.WriteLine();
        TextWrap.Write(output, $"Reference: {ratio.Reference}.", indent: 2);
        if (ratio.Caution is not null) TextWrap.Write(output, $"Caution: {ratio.Caution}", indent: 2, style.Caution);
        if (ratio.Simulated is { } simulated)
        {
            TextWrap.Write(
                output,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Simulated under the smaller model: p = {p[1]} by {simulated.Replicates} replicates, seed ")
                + string.Create(CultureInfo.InvariantCulture, $"{simulated.Seed}, {simulated.Failures} left out."),
                indent: 2);
        }
    }

    private static string[] Model(ComparedEntry model) =>
    [
        model.Parameters?.ToString(CultureInfo.InvariantCulture) ?? "NA",
        NumberFormat.Significant((-2 * model.LogLikelihood) + (2 * model.Parameters), 6),
        NumberFormat.Significant(model.LogLikelihood, 6),
        NumberFormat.Significant(-2 * model.LogLikelihood, 6),
    ];

    private static void WriteVariance(TextWriter output, VarianceScoreSection variance)
    {
        // With one component the overall test is its own.
        VarianceScoreEntry[] rows = variance.Components.Count == 1
            ? [.. variance.Components]
            : [.. variance.Components, variance.Overall];
        string[] p = NumberFormat.Probabilities([.. rows.Select(static row => row.P)]);
        var table = new TextTable();
        table.Add(["Component", "one-step variance", "z score", "Pr(>z)"]);
        foreach ((int i, VarianceScoreEntry row) in rows.Index())
        {
            string size = row == variance.Overall ? "" : NumberFormat.Significant(row.OneStepVariance, 4);
            table.Add([row.Name, size, NumberFormat.Fixed(row.Z, 3), p[i]]);
        }

        table.Write(output, 0);
        output.WriteLine();
        TextWrap.Write(output, $"Reference: {variance.Reference}; one-sided.", indent: 2);
    }

    private static void WriteFixed(TextWriter output, IReadOnlyList<FixedScoreEntry> rows)
    {
        string[] p = NumberFormat.Probabilities([.. rows.Select(static row => row.P)]);
        Func<double?, string> number = NumberFormat.ColumnFormat(
            rows.SelectMany(static row => new[] { row.Estimate, row.StdError }), 4);
        var table = new TextTable();
        table.Add(["", "one-step estimate", "Std. Error", "z score", "Pr(>|z|)"]);
        foreach ((int i, FixedScoreEntry row) in rows.Index())
            table.Add([row.Name, number(row.Estimate), number(row.StdError), NumberFormat.Fixed(row.Z, 3), p[i]]);
        table.Write(output, 0);
    }
}
