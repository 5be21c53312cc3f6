using OxyPlot;
using OxyPlot.Annotations;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace Glmm.Sparse.Report.Plots;

/// <summary>The look that all plots share.</summary>
internal static class PlotStyle
{
    /// <summary>Width of a plot that fills a column of the page.</summary>
    public const double Width = 480;

    /// <summary>Its usual height.</summary>
    public const double Height = 330;

    /// <summary>Most points that are drawn one by one; more are counted in hexagons.</summary>
    public const int MostPoints = 800;

    private const string Font = "Arial";

    /// <summary>An empty plot.</summary>
    public static PlotModel New(string? title = null) => new()
    {
        DefaultFont = Font,
        DefaultFontSize = 13,
        Title = title,
        TitleFontSize = 13,
        TitleFontWeight = FontWeights.Bold,
        TitleColor = Palette.Ink,
        TitlePadding = 4,
        TitleHorizontalAlignment = TitleHorizontalAlignment.CenteredWithinPlotArea,
        TextColor = Palette.Muted,
        PlotAreaBorderThickness = new OxyThickness(0),
        Background = OxyColors.Undefined,
        Padding = new OxyThickness(6, 6, 12, 6),
    };

    /// <summary>An axis of numbers.</summary>
    public static LinearAxis Axis(AxisPosition position, string? title = null, bool hasGrid = true) => new()
    {
        Position = position,
        Title = title,
        TitleColor = Palette.Ink,
        TitleFontSize = 13,
        FontSize = 12,
        TextColor = Palette.Muted,
        TickStyle = TickStyle.None,
        MinorTickSize = 0,
        AxisTickToLabelDistance = 4,
        AxisTitleDistance = 6,
        MajorGridlineStyle = hasGrid ? LineStyle.Solid : LineStyle.None,
        MajorGridlineColor = Palette.Grid,
        MajorGridlineThickness = 1,
        MinimumPadding = 0.04,
        MaximumPadding = 0.04,
        IntervalLength = position == AxisPosition.Bottom ? 70 : 45,
        LabelFormatter = Tick,
    };

    /// <summary>An axis of names, the first on top or on the left.</summary>
    public static LinearAxis Names(AxisPosition position, IReadOnlyList<string> names, int most = 26) => new()
    {
        Position = position,
        FontSize = 12,
        TextColor = Palette.Ink,
        TickStyle = TickStyle.None,
        MinorTickSize = 0,
        AxisTickToLabelDistance = 6,
        MajorStep = 1,
        MinorStep = 1,
        Minimum = -0.6,
        Maximum = names.Count - 0.4,
        StartPosition = position == AxisPosition.Left ? 1 : 0,
        EndPosition = position == AxisPosition.Left ? 0 : 1,
        LabelFormatter = value =>
        {
            int at = (int)Math.Round(value);
            return Math.Abs(value - at) < 1e-6 && at >= 0 && at < names.Count ? Words.Short(names[at], most) : "";
        },
    };

    /// <summary>Points.</summary>
    public static ScatterSeries Points(OxyColor colour, double size = 3, double opacity = 0.75) => new()
    {
        MarkerType = MarkerType.Circle,
        MarkerSize = size,
        MarkerFill = Palette.Faint(colour, opacity),
        MarkerStrokeThickness = 0,
    };

    /// <summary>A line through points.</summary>
    public static LineSeries Line(OxyColor colour, double thickness = 2, LineStyle style = LineStyle.Solid) => new()
    {
        Color = colour,
        StrokeThickness = thickness,
        LineStyle = style,
        LineJoin = LineJoin.Round,
    };

    /// <summary>A line of reference across the plot: y = at, or x = at.</summary>
    public static LineAnnotation Reference(double at, bool isVertical = false) => new()
    {
        Type = isVertical ? LineAnnotationType.Vertical : LineAnnotationType.Horizontal,
        X = at,
        Y = at,
        Color = Palette.Muted,
        StrokeThickness = 1.25,
        LineStyle = LineStyle.Dash,
        Layer = AnnotationLayer.BelowSeries,
    };

    /// <summary>The line of slope and intercept.</summary>
    public static LineAnnotation Diagonal(double slope = 1, double intercept = 0) => new()
    {
        Type = LineAnnotationType.LinearEquation,
        Slope = slope,
        Intercept = intercept,
        Color = Palette.Muted,
        StrokeThickness = 1.25,
        LineStyle = LineStyle.Dash,
        Layer = AnnotationLayer.BelowSeries,
    };

    /// <summary>A band between two lines.</summary>
    public static AreaSeries Band(OxyColor colour) => new()
    {
        Color = OxyColors.Undefined,
        Color2 = OxyColors.Undefined,
        StrokeThickness = 0,
        Fill = Palette.Faint(colour, 0.16),
    };

    private static string Tick(double value)
    {
        string text = Math.Abs(value) is >= 1e6 or (> 0 and < 1e-4)
            ? value.ToString("0.##e+0", System.Globalization.CultureInfo.InvariantCulture)
            : value.ToString("0.######", System.Globalization.CultureInfo.InvariantCulture);
        return Words.Minus(text);
    }
}
