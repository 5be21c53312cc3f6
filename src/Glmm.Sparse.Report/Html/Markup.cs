namespace Glmm.Sparse.Report.Html;

/// <summary>Text that is HTML already: not escaped again.</summary>
internal readonly record struct Markup(string Text)
{
    /// <summary>No text.</summary>
    public static readonly Markup None = new("");

    /// <summary>Markup with holes: what fills them is escaped unless it is markup.</summary>
    public static Markup Of(MarkupHandler html) => html.ToMarkup();
}
