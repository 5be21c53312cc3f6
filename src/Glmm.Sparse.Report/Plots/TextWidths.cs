using OxyPlot;

namespace Glmm.Sparse.Report.Plots;

/// <summary>
/// How much room text takes in a drawing whose font is not known, that of the reader's machine: that of a wide sans
/// serif, so that no label runs into another. It draws nothing.
/// </summary>
internal sealed class TextWidths : RenderContextBase
{
    private const double LineHeight = 1.2;

    /// <inheritdoc/>
    public override int ClipCount => 0;

    /// <inheritdoc/>
    public override OxySize MeasureText(string text, string fontFamily, double fontSize, double fontWeight)
    {
        if (string.IsNullOrEmpty(text)) return OxySize.Empty;
        double widest = 0, lines = 0;
        foreach (string line in text.Split('\n'))
        {
            lines++;
            widest = Math.Max(widest, line.Sum(static c => (double)WidthOf(c)));
        }

        double bold = fontWeight > FontWeights.Normal ? 1.08 : 1;
        return new OxySize(fontSize * bold * widest, fontSize * LineHeight * lines);
    }

    /// <inheritdoc/>
    public override void DrawLine(
        IList<ScreenPoint> points, OxyColor stroke, double thickness, EdgeRenderingMode edgeRenderingMode,
        double[] dashArray, LineJoin lineJoin) => throw Drawing();

    /// <inheritdoc/>
    public override void DrawPolygon(
        IList<ScreenPoint> points, OxyColor fill, OxyColor stroke, double thickness,
        EdgeRenderingMode edgeRenderingMode, double[] dashArray, LineJoin lineJoin) => throw Drawing();

    /// <inheritdoc/>
    public override void DrawText(
        ScreenPoint p, string text, OxyColor fill, string fontFamily, double fontSize, double fontWeight,
        double rotation, HorizontalAlignment horizontalAlignment, VerticalAlignment verticalAlignment,
        OxySize? maxSize) => throw Drawing();

    /// <inheritdoc/>
    public override void PopClip() => throw Drawing();

    /// <inheritdoc/>
    public override void PushClip(OxyRect clippingRectangle) => throw Drawing();

    private static double WidthOf(char c) => c switch
    {
        'i' or 'j' or 'l' or 'I' or '\'' or '|' => 0.29,
        '.' or ',' or ':' or ';' or ' ' or '!' or 'f' or 't' or 'r' or '(' or ')' or '[' or ']' or '/' => 0.38,
        'm' or 'w' or 'M' or 'W' or '@' or '%' or '…' => 0.95,
        '\u2212' or '+' or '=' or '<' or '>' or '~' => 0.8,
        >= '0' and <= '9' => 0.62,
        >= 'A' and <= 'Z' => 0.7,
        > '\u2e80' => 1,
        _ => 0.6,
    };

    private static InvalidOperationException Drawing() => new("This context measures text and draws nothing.");
}
