namespace Glmm.Sparse.Tables;

/// <summary>A column as codes 0…k − 1 of its distinct values, in order of first appearance; −1 where missing.</summary>
internal sealed class ColumnCodes
{
    private ColumnCodes(int[] codes, int[] firstRows) => (Codes, FirstRows) = (codes, firstRows);

    /// <summary>The code of each row.</summary>
    public int[] Codes { get; }

    /// <summary>For each code the first row that has it.</summary>
    public int[] FirstRows { get; }

    /// <summary>Distinct values, k.</summary>
    public int Count => FirstRows.Length;

    /// <summary>Codes a column.</summary>
    /// <param name="column">The column.</param>
    public static ColumnCodes Of(TableColumn column)
    {
        var codes = new int[column.Length];
        var first = new List<int>();
        Func<int, long> valueOf = column switch
        {
            NumericColumn numbers => row => BitConverter.DoubleToInt64Bits(numbers[row] == 0 ? 0 : numbers[row]),
            BooleanColumn flags => row => flags[row],
            TextColumn texts => row => texts[row],
            _ => throw new ArgumentException($"A column of kind {column.Kind} has no codes.", nameof(column)),
        };
        var known = new Dictionary<long, int>();
        for (int row = 0; row < codes.Length; row++)
        {
            if (column.IsMissing(row))
            {
                codes[row] = -1;
                continue;
            }

            if (known.TryGetValue(valueOf(row), out codes[row])) continue;
            known.Add(valueOf(row), codes[row] = first.Count);
            first.Add(row);
        }

        return new ColumnCodes(codes, [.. first]);
    }

    /// <summary>Rows of each code.</summary>
    public int[] Sizes()
    {
        var sizes = new int[Count];
        foreach (int code in Codes)
        {
            if (code >= 0) sizes[code]++;
        }

        return sizes;
    }

    /// <summary>Whether each value of this column goes with one value of another alone, where both are known.</summary>
    /// <param name="other">The other column's codes.</param>
    public bool Determines(ColumnCodes other)
    {
        var partner = new int[Count];
        Array.Fill(partner, -1);
        for (int row = 0; row < Codes.Length; row++)
        {
            int own = Codes[row], theirs = other.Codes[row];
            if (own < 0 || theirs < 0) continue;
            if (partner[own] < 0) partner[own] = theirs;
            else if (partner[own] != theirs) return false;
        }

        return true;
    }
}
