using Glmm.Sparse.Formula;
using Glmm.Sparse.Model;

namespace Glmm.Sparse.Tests.Formula;

/// <summary>Reads whole columns of a design.</summary>
internal static class ColumnValues
{
    public static double[] Values(this DesignColumn column)
    {
        double[] values = new double[column.Length];
        column.Gather([.. Enumerable.Range(0, column.Length)], values);
        return values;
    }

    public static double[] X(this ModelFrame frame, string name) =>
        frame.Design.FixedEffects.Single(column => column.Name == name).Values();

    public static string[] XNames(this ModelFrame frame) =>
        [.. frame.Design.FixedEffects.Select(column => column.Name)];

    public static string[] ZNames(this ModelFrame frame) =>
        [.. frame.Design.RandomEffects.Select(column => column.Name)];
}
