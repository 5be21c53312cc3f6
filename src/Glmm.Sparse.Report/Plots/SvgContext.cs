using OxyPlot;

namespace Glmm.Sparse.Report.Plots;

/// <summary>Draws SVG of any text: what XML forbids would break the library's writer.</summary>
internal sealed class SvgContext(Stream stream, double width, double height) : SvgRenderContext(
    stream, width, height, isDocument: false, new TextWidths(), OxyColors.Undefined,
    useVerticalTextAlignmentWorkaround: false)
{
    /// <inheritdoc/>
    public override void DrawText(
        ScreenPoint p, string text, OxyColor c, string fontFamily, double fontSize, double fontWeight, double rotate,
        HorizontalAlignment halign, VerticalAlignment valign, OxySize? maxSize) =>
        base.DrawText(
            p, PlainText.Of(text), c, fontFamily, fontSize, fontWeight, rotate, halign, valign, maxSize);
}
