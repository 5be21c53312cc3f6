using System.Text;
using Glmm.Sparse.Persistence;
using Glmm.Sparse.Report.Content;
using Glmm.Sparse.Report.Plots;
using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Report;

/// <summary>The plots of a fitted model and its data, one at a time, as SVG or PNG. Not thread-safe.</summary>
public sealed class ModelPlots
{
    private const double LargestScale = 8;

    private readonly ReportContent _content;

    internal ModelPlots(ReportContent content) => _content = content;

    /// <summary>The plots that there are, in the order of a report.</summary>
    public IReadOnlyList<ReportPlot> Available =>
        [.. Enum.GetValues<ReportPlot>().Where(plot => FigureFactory.Missing(_content, plot) is null)];

    /// <summary>Fits the model again to the data and makes its plots ready; each is drawn when it is asked
    /// for.</summary>
    /// <param name="model">The model; it has a formula.</param>
    /// <param name="data">The data that it was fitted to.</param>
    /// <param name="options">The options; the defaults when null.</param>
    /// <returns>The plots.</returns>
    /// <exception cref="GlmmException">The data lack what the model needs, or an option is out of range.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled.</exception>
    public static ModelPlots Create(GlmmModel model, ColumnTable data, ReportOptions? options = null) =>
        ModelReport.Create(model, data, options).Plots;

    /// <summary>Why there is no such plot, in a sentence; null where there is one.</summary>
    /// <param name="plot">The plot.</param>
    /// <returns>The reason, or null.</returns>
    public string? WhyMissing(ReportPlot plot) => FigureFactory.Missing(_content, plot);

    /// <summary>What is seen in a plot, in numbers.</summary>
    /// <param name="plot">The plot.</param>
    /// <returns>A few sentences.</returns>
    /// <exception cref="InvalidModelOptionException">There is no such plot of this model.</exception>
    public string Describe(ReportPlot plot) => Make(plot).Description;

    /// <summary>Writes a plot as SVG, on white.</summary>
    /// <param name="plot">The plot.</param>
    /// <param name="stream">Written to; left open.</param>
    /// <exception cref="InvalidModelOptionException">There is no such plot of this model.</exception>
    public void WriteSvg(ReportPlot plot, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        stream.Write(Encoding.UTF8.GetBytes(SvgRenderer.ForFile(Make(plot))));
    }

    /// <summary>Writes a plot as SVG, on white.</summary>
    /// <param name="plot">The plot.</param>
    /// <param name="path">The file, replaced where there is one.</param>
    /// <exception cref="InvalidModelOptionException">There is no such plot of this model.</exception>
    public void WriteSvg(ReportPlot plot, string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        byte[] svg = Encoding.UTF8.GetBytes(SvgRenderer.ForFile(Make(plot)));
        File.WriteAllBytes(path, svg);
    }

    /// <summary>Writes a plot as PNG, on white. Needs a font on the machine, and the native library of
    /// SkiaSharp.</summary>
    /// <param name="plot">The plot.</param>
    /// <param name="stream">Written to; left open.</param>
    /// <param name="scale">Size, above 0 and at most 8; 1 is 480 pixels for each plot side by side.</param>
    /// <exception cref="InvalidModelOptionException">There is no such plot of this model, or the scale is out of range.
    /// </exception>
    public void WritePng(ReportPlot plot, Stream stream, double scale = 2)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (!(scale > 0 && scale <= LargestScale))
        {
            throw new InvalidModelOptionException(
                $"The scale of a picture must be above 0 and at most {LargestScale}, not {scale:R}.");
        }

        PngRenderer.Write(Make(plot), stream, scale);
    }

    /// <summary>Writes a plot as PNG, on white; see the other overload.</summary>
    /// <param name="plot">The plot.</param>
    /// <param name="path">The file, replaced where there is one.</param>
    /// <param name="scale">Size, above 0 and at most 8.</param>
    /// <exception cref="InvalidModelOptionException">There is no such plot of this model, or the scale is out of range.
    /// </exception>
    public void WritePng(ReportPlot plot, string path, double scale = 2)
    {
        ArgumentNullException.ThrowIfNull(path);
        using var picture = new MemoryStream();
        WritePng(plot, picture, scale);
        File.WriteAllBytes(path, picture.ToArray());
    }

    /// <summary>The figure.</summary>
    internal Figure Make(ReportPlot plot) => WhyMissing(plot) is { } reason
        ? throw new InvalidModelOptionException($"There is no plot '{ReportPlots.NameOf(plot)}' of this model. {reason}")
        : FigureFactory.Make(_content, plot);
}
