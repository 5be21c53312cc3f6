using OxyPlot;
using OxyPlot.Series;

namespace Glmm.Sparse.Report.Plots;

/// <summary>Very many points as hexagons, the darker the more points lie in them (Carr et al. 1987).</summary>
internal sealed class HexagonSeries(double[] x, double[] y, OxyColor colour) : XYAxisSeries
{
    private const double Radius = 5.5;
    private const int Shades = 6;

    /// <inheritdoc/>
    public override void Render(IRenderContext rc)
    {
        ArgumentNullException.ThrowIfNull(rc);
        Dictionary<(int Column, int Row), int> counts = Count();
        double most = Math.Log(1 + counts.Values.DefaultIfEmpty(1).Max());
        foreach (((int column, int row), int count) in counts)
        {
            int shade = Math.Clamp((int)Math.Ceiling(Shades * Math.Log(1 + count) / most), 1, Shades);
            OxyColor fill = Palette.Faint(colour, 0.1 + (0.85 * shade / Shades));
            ScreenPoint centre = Centre(column, row);
            rc.DrawPolygon(
                [.. Enumerable.Range(0, 6).Select(i => Corner(centre, i))], fill, OxyColors.Undefined, 0,
                EdgeRenderingMode.PreferGeometricAccuracy, null, LineJoin.Miter);
        }
    }

    /// <inheritdoc/>
    protected override void UpdateData()
    {
        // The points were given when the series was made.
    }

    /// <inheritdoc/>
    protected override void UpdateMaxMin()
    {
        base.UpdateMaxMin();
        (MinX, MaxX) = (x.Min(), x.Max());
        (MinY, MaxY) = (y.Min(), y.Max());
    }

    private static double Pitch => Radius * Math.Sqrt(3);

    private Dictionary<(int Column, int Row), int> Count()
    {
        var counts = new Dictionary<(int, int), int>();
        for (int i = 0; i < x.Length; i++)
        {
            ScreenPoint point = XAxis.Transform(x[i], y[i], YAxis);
            (int, int) cell = Nearest(point);
            counts[cell] = counts.GetValueOrDefault(cell) + 1;
        }

        return counts;
    }

    // The nearest of the centres of the two rows that a point lies between.
    private static (int Column, int Row) Nearest(ScreenPoint point)
    {
        int row = (int)Math.Floor(point.Y / (1.5 * Radius));
        (int Column, int Row) upper = InRow(point, row), lower = InRow(point, row + 1);
        return Distance(point, upper) <= Distance(point, lower) ? upper : lower;
    }

    private static (int Column, int Row) InRow(ScreenPoint point, int row) =>
        ((int)Math.Round((point.X / Pitch) - Shift(row)), row);

    private static double Distance(ScreenPoint point, (int Column, int Row) cell) =>
        point.DistanceToSquared(Centre(cell.Column, cell.Row));

    private static ScreenPoint Centre(int column, int row) =>
        new((column + Shift(row)) * Pitch, row * 1.5 * Radius);

    private static double Shift(int row) => (row & 1) == 0 ? 0 : 0.5;

    private static ScreenPoint Corner(ScreenPoint centre, int corner)
    {
        (double sin, double cos) = Math.SinCos(Math.PI * ((2 * corner) + 1) / 6);
        return new ScreenPoint(centre.X + (Radius * cos), centre.Y + (Radius * sin));
    }
}
