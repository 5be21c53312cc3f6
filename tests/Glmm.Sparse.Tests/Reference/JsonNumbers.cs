using System.Text.Json;

namespace Glmm.Sparse.Tests.Reference;

/// <summary>Vectors and matrices of JSON files.</summary>
internal static class JsonNumbers
{
    internal static double[] Array(JsonElement array) => [.. array.EnumerateArray().Select(Number)];

    internal static double[,] Matrix(JsonElement array)
    {
        double[][] rows = [.. array.EnumerateArray().Select(Array)];
        var matrix = new double[rows.Length, rows[0].Length];
        for (int a = 0; a < rows.Length; a++)
        {
            for (int b = 0; b < rows[a].Length; b++) matrix[a, b] = rows[a][b];
        }

        return matrix;
    }

    // Not a number is written as null, or as text.
    private static double Number(JsonElement element) =>
        element.ValueKind == JsonValueKind.Number ? element.GetDouble() : double.NaN;
}
