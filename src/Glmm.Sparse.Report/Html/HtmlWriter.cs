using System.Text;

namespace Glmm.Sparse.Report.Html;

/// <summary>Writes HTML. What comes from the data or the model goes through the holes of interpolated strings, and is
/// escaped there (<see cref="MarkupHandler"/>): nothing else is.</summary>
internal sealed class HtmlWriter
{
    private readonly StringBuilder _text = new();

    /// <summary>Writes a line of HTML; what fills its holes is escaped unless it is markup.</summary>
    public void Line(MarkupHandler html) => _text.Append(html.ToMarkup().Text).Append('\n');

    /// <summary>Writes markup as it is.</summary>
    public void Line(Markup markup) => _text.Append(markup.Text).Append('\n');

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();
}
