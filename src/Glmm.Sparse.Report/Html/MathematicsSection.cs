using System.Text;
using Glmm.Sparse.Report.Content;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Report.Html;

/// <summary>The model in mathematics, in MathML with a text alternative, and with its estimates put in.</summary>
internal static class MathematicsSection
{
    private const int MostTerms = 24;
    private const int LargestMatrix = 5;

    public static void Write(HtmlWriter page, ReportContent content)
    {
        GlmmFit fit = content.Fit;
        string offset = content.Design.Offset is null ? "" : " + o";
        page.Line($"<section id=\"model\" aria-labelledby=\"model-title\">");
        page.Line($"<h2 id=\"model-title\">The model</h2>");
        page.Line($"<p>Row <i>j</i> of cluster <i>i</i>, with fixed effects <i>α</i> and random effects "
            + $"<i>b</i><sub><i>i</i></sub>:</p>");
        page.Line($"<div class=\"math\" tabindex=\"0\" role=\"region\" aria-label=\"The model in general\">");
        Formula(page, Response(fit), $"y given b is {fit.Family.Name} with mean mu");
        Formula(
            page,
            Markup.Of($"{Mean(fit)}<mo>=</mo>{Dot("x", "α")}{Offset(content)}<mo>+</mo>{Dot("z", "b", "i")}"),
            $"{fit.Link.Name} of mu = x'alpha{offset} + z'b");
        Formula(page, Markup.Of($"{Sub("b", "i")}<mo>∼</mo><mi mathvariant=\"normal\">N</mi>"
            + $"<mo>(</mo><mn>0</mn><mo>,</mo><mi>D</mi><mo>)</mo>"), "b is normal with mean 0 and covariance D");
        page.Line($"</div>");
        page.Line($"<p>With the estimates put in:</p>");
        page.Line($"<div class=\"math\" tabindex=\"0\" role=\"region\" aria-label=\"The model with its estimates\">");
        Formula(page, Estimated(content), "The linear predictor with the estimates of the table of fixed effects");
        Covariance(page, fit);
        page.Line($"</div>");
        page.Line($"</section>");
    }

    private static void Formula(HtmlWriter page, Markup mathematics, string alternative) =>
        page.Line($"<math display=\"block\" alttext=\"{alternative}\"><mrow>{mathematics}</mrow></math>");

    private static Markup Response(GlmmFit fit)
    {
        Markup second = fit.Family.Name switch
        {
            "gaussian" => Markup.Of(
                $"<mo>,</mo><msup><mi>σ</mi><mn>2</mn></msup><mo>=</mo><mn>{Words.Number(fit.Dispersion)}</mn>"),
            _ when fit.Family.Shape is { } shape => Markup.Of(
                $"<mo>,</mo><mi>{shape.Name}</mi><mo>=</mo><mn>{Words.Number(shape.Value)}</mn>"),
            _ when fit.DispersionEstimated => Markup.Of(
                $"<mo>,</mo><mi>φ</mi><mo>=</mo><mn>{Words.Number(fit.Dispersion)}</mn>"),
            _ => Markup.None,
        };
        string name = char.ToUpperInvariant(fit.Family.Name[0]) + fit.Family.Name[1..];
        if (fit.Family.Name == "gaussian") name = "Normal";
        return Markup.Of($"{Sub("y", "ij")}<mo>|</mo>{Sub("b", "i")}<mo>∼</mo><mtext>{name}</mtext>"
            + $"<mo>(</mo>{Sub("μ", "ij")}{second}<mo>)</mo>");
    }

    private static Markup Mean(GlmmFit fit) => fit.Link.Name switch
    {
        "identity" => Sub("μ", "ij"),
        "inverse" => Markup.Of($"<mfrac><mn>1</mn>{Sub("μ", "ij")}</mfrac>"),
        "sqrt" => Markup.Of($"<msqrt>{Sub("μ", "ij")}</msqrt>"),
        var name => Markup.Of($"<mi mathvariant=\"normal\">{name}</mi><mo>(</mo>{Sub("μ", "ij")}<mo>)</mo>"),
    };

    private static Markup Offset(ReportContent content) => content.Design.Offset is null
        ? Markup.None
        : Markup.Of($"<mo>+</mo>{Sub("o", "ij")}");

    private static Markup Sub(string symbol, string index) =>
        Markup.Of($"<msub><mi>{symbol}</mi><mi>{index}</mi></msub>");

    private static Markup Dot(string row, string vector, string? index = null)
    {
        Markup right = index is null ? Markup.Of($"<mi>{vector}</mi>") : Sub(vector, index);
        return Markup.Of($"<msubsup><mi>{row}</mi><mi>ij</mi><mi mathvariant=\"normal\">T</mi></msubsup>{right}");
    }

    // One term a line, aligned at its sign.
    private static Markup Estimated(ReportContent content)
    {
        GlmmFit fit = content.Fit;
        var lines = new StringBuilder();
        var terms = new List<Markup>();
        foreach (FixedEffect effect in fit.FixedEffects.Take(MostTerms))
        {
            string sign = effect.Estimate < 0 ? "−" : terms.Count == 0 ? "" : "+";
            Markup name = effect.Name == "(Intercept)"
                ? Markup.None
                : Markup.Of($"<mspace width=\"0.2em\"/><mtext>{effect.Name}</mtext>");
            terms.Add(Markup.Of($"<mo form=\"prefix\">{sign}</mo><mn>{Words.Number(Math.Abs(effect.Estimate))}</mn>"
                + $"{name}"));
        }

        if (fit.FixedEffects.Count > MostTerms) terms.Add(Markup.Of($"<mo>+</mo><mo>⋯</mo>"));
        if (content.Design.Offset is { } offset) terms.Add(Markup.Of($"<mo>+</mo><mtext>{offset.Name}</mtext>"));
        for (int a = 0; a < fit.RandomTerms.Count; a++)
        {
            Markup name = fit.RandomTerms[a] == "(Intercept)"
                ? Markup.None
                : Markup.Of($"<mspace width=\"0.2em\"/><mtext>{fit.RandomTerms[a]}</mtext>");
            terms.Add(Markup.Of($"<mo form=\"prefix\">+</mo>{Sub("b", fit.RandomTerms.Count == 1 ? "i" : $"{a}i")}"
                + $"{name}"));
        }

        for (int i = 0; i < terms.Count; i++)
        {
            Markup left = i == 0 ? Markup.Of($"<mrow>{Mean(fit)}<mo>=</mo></mrow>") : Markup.Of($"<mrow></mrow>");
            lines.Append(Markup.Of($"<mtr><mtd style=\"text-align:right;padding-right:.35em\">{left}</mtd>"
                + $"<mtd style=\"text-align:left\"><mrow>{terms[i]}</mrow></mtd></mtr>").Text);
        }

        return new Markup($"<mtable>{lines}</mtable>");
    }

    private static void Covariance(HtmlWriter page, GlmmFit fit)
    {
        int q = fit.RandomTerms.Count;
        if (q > LargestMatrix)
        {
            page.Line($"<p class=\"note\">D is {q} by {q}; the table of random effects has its standard deviations and "
                + $"correlations.</p>");
            return;
        }

        double[,] covariance = fit.Covariance;
        if (q == 1)
        {
            Formula(
                page, Markup.Of($"<mi>D</mi><mo>=</mo><mn>{Words.Number(covariance[0, 0])}</mn>"),
                $"D is {Words.Number(covariance[0, 0])}");
            return;
        }

        var rows = new StringBuilder();
        for (int a = 0; a < q; a++)
        {
            IEnumerable<string> cells = Enumerable.Range(0, q)
                .Select(b => $"<mtd><mn>{Words.Number(covariance[a, b])}</mn></mtd>");
            rows.Append("<mtr>").AppendJoin("", cells).Append("</mtr>");
        }

        Formula(
            page, Markup.Of($"<mi>D</mi><mo>=</mo><mo>(</mo><mtable>{new Markup(rows.ToString())}</mtable><mo>)</mo>"),
            $"D is a matrix of {q} by {q}, its variances "
            + string.Join(", ", Enumerable.Range(0, q).Select(a => Words.Number(covariance[a, a]))));
    }
}
