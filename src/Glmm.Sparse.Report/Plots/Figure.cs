using OxyPlot;

namespace Glmm.Sparse.Report.Plots;

/// <summary>A figure: one plot, or several of the same kind side by side, with its words.</summary>
/// <param name="Plot">Which it is.</param>
/// <param name="Title">A few words.</param>
/// <param name="Caption">What is drawn and how to read it.</param>
/// <param name="Description">What is seen, in numbers: the text alternative.</param>
/// <param name="Panels">The plots.</param>
/// <param name="Columns">How many stand side by side where there is room.</param>
internal sealed record Figure(
    ReportPlot Plot, string Title, string Caption, string Description, IReadOnlyList<Panel> Panels, int Columns = 1)
{
    /// <summary>Width of a sheet of all panels.</summary>
    public double SheetWidth => Columns * Panels[0].Width;

    /// <summary>Height of a sheet of all panels.</summary>
    public double SheetHeight => (Panels.Count + Columns - 1) / Columns * Panels[0].Height;

    /// <summary>Where a panel stands on the sheet; all are of one size.</summary>
    public OxyRect PlaceOf(int panel)
    {
        (double width, double height) = (Panels[0].Width, Panels[0].Height);
        return new OxyRect(panel % Columns * width, panel / Columns * height, width, height);
    }
}

/// <summary>One plot of a figure.</summary>
/// <param name="Model">What is drawn.</param>
/// <param name="Width">Its width in pixels of CSS.</param>
/// <param name="Height">Its height.</param>
internal sealed record Panel(PlotModel Model, double Width, double Height);
