using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;

namespace Glmm.Sparse.Report.Html;

/// <summary>What the compiler makes of an interpolated string of HTML: its own text stands, what fills its holes is
/// escaped.</summary>
[InterpolatedStringHandler]
internal readonly struct MarkupHandler(int literalLength, int holes)
{
    private readonly StringBuilder _text = new(literalLength + (16 * holes));

    /// <summary>Text of the program.</summary>
    public void AppendLiteral(string text) => _text.Append(text);

    /// <summary>HTML made by this type.</summary>
    public void AppendFormatted(Markup markup) => _text.Append(markup.Text);

    /// <summary>Text of the user.</summary>
    public void AppendFormatted(string? text) => _text.Append(WebUtility.HtmlEncode(PlainText.Of(text)));

    /// <summary>A number, in full.</summary>
    public void AppendFormatted(double number) => _text.Append(number.ToString("R", CultureInfo.InvariantCulture));

    /// <summary>A whole number.</summary>
    public void AppendFormatted(long number) => _text.Append(number.ToString(CultureInfo.InvariantCulture));

    /// <summary>The HTML.</summary>
    public Markup ToMarkup() => new(_text.ToString());
}
