namespace Glmm.Sparse.Tables;

/// <summary>What may have been meant by a name that there is not.</summary>
internal static class NearestName
{
    /// <summary><c> (did you mean 'x'?)</c> where some name is close, else nothing.</summary>
    /// <param name="typed">The name as typed.</param>
    /// <param name="names">The names that there are.</param>
    public static string Suggestion(string typed, IEnumerable<string> names) =>
        Of(typed, names) is { } nearest ? $" (did you mean '{nearest}'?)" : "";

    /// <summary>The closest name, whatever the case of its letters, or null where none is close.</summary>
    /// <param name="typed">The name as typed.</param>
    /// <param name="names">The names that there are.</param>
    public static string? Of(string typed, IEnumerable<string> names)
    {
        (string? nearest, int distance) = names
            .Select(name => ((string?)name, EditDistance(typed.ToUpperInvariant(), name.ToUpperInvariant())))
            .DefaultIfEmpty((null, int.MaxValue))
            .MinBy(static pair => pair.Item2);
        // The dashes of options are no likeness; a name half of which is changed is another one.
        int letters = typed.TrimStart('-').Length;
        return distance <= Math.Min(3, Math.Max(1, letters / 2)) && distance < letters ? nearest : null;
    }

    /// <summary>Least number of letters to insert, delete, change or swap with the next, each pair once (optimal
    /// string alignment).</summary>
    private static int EditDistance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++) d[i, 0] = i;
        for (int j = 0; j <= b.Length; j++) d[0, j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            for (int j = 1; j <= b.Length; j++)
            {
                int changed = d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                d[i, j] = Math.Min(changed, 1 + Math.Min(d[i - 1, j], d[i, j - 1]));
                bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
                if (swapped) d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }
        }

        return d[a.Length, b.Length];
    }
}
