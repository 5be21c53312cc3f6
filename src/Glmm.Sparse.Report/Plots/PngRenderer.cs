using OxyPlot;
using OxyPlot.SkiaSharp;
using SkiaSharp;

namespace Glmm.Sparse.Report.Plots;

/// <summary>Figures as PNG, on white. The only part of a report that needs a native library, and a font of the
/// machine.</summary>
internal static class PngRenderer
{
    /// <summary>Draws a figure.</summary>
    /// <param name="figure">The figure.</param>
    /// <param name="stream">Written to; left open.</param>
    /// <param name="scale">Pixels for each pixel of CSS.</param>
    /// <exception cref="InvalidModelOptionException">There is no native library for this machine.</exception>
    public static void Write(Figure figure, Stream stream, double scale)
    {
        try
        {
            Draw(figure, stream, scale);
        }
        catch (Exception error) when (error is DllNotFoundException or TypeInitializationException)
        {
            throw new InvalidModelOptionException(
                "PNG needs the native library of SkiaSharp, which there is not for this machine; write SVG instead.");
        }
    }

    private static void Draw(Figure figure, Stream stream, double scale)
    {
        (int width, int height) = ((int)Math.Ceiling(scale * figure.SheetWidth),
            (int)Math.Ceiling(scale * figure.SheetHeight));
        using var bitmap = new SKBitmap(width, height);
        using var canvas = new SKCanvas(bitmap);
        canvas.Clear(SKColors.White);

        // Shaping is for scripts whose letters join, and would need another native library.
        using var rc = new SkiaRenderContext
        {
            SkCanvas = canvas,
            DpiScale = (float)scale,
            UseTextShaping = false,
            RenderTarget = RenderTarget.PixelGraphic,
        };
        for (int i = 0; i < figure.Panels.Count; i++)
        {
            var model = (IPlotModel)figure.Panels[i].Model;
            model.Update(true);
            model.Render(rc, figure.PlaceOf(i));
        }

        using SKData data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        data.SaveTo(stream);
    }
}
