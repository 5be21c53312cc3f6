namespace Glmm.Sparse.Cli;

/// <summary>Names cut short as R's <c>abbreviate</c> does it: small vowels go first, from the end, then other small
/// letters, then whatever there is.</summary>
internal static class ShortNames
{
    /// <summary>Shortens names and keeps them different.</summary>
    /// <param name="names">The names.</param>
    /// <param name="length">The length wanted; longer where names would be the same.</param>
    public static string[] Of(IReadOnlyList<string> names, int length)
    {
        int longest = names.Max(static name => name.Length), different = names.Distinct().Count();
        string[] shortened;
        do
        {
            shortened = [.. names.Select(name => Shorten(name, length))];
        }
        while (shortened.Distinct().Count() < different && length++ < longest);

        return shortened;
    }

    private static string Shorten(string name, int length)
    {
        var letters = name.ToList();
        Drop(letters, length, static (all, i) => "aeiou".Contains(all[i]) && !IsFirst(all, i));
        Drop(letters, length, static (all, i) => char.IsAsciiLetterLower(all[i]) && IsLast(all, i));
        Drop(letters, length, static (all, i) => char.IsAsciiLetterLower(all[i]) && !IsFirst(all, i));
        Drop(letters, length, static (all, i) => !IsFirst(all, i));
        return string.Concat(letters).Replace(" ", "", StringComparison.Ordinal);
    }

    private static void Drop(List<char> letters, int length, Func<List<char>, int, bool> mayGo)
    {
        for (int i = letters.Count - 1; i > 0 && letters.Count(static c => c != ' ') > length; i--)
        {
            if (letters[i] != ' ' && mayGo(letters, i)) letters.RemoveAt(i);
        }
    }

    private static bool IsFirst(List<char> letters, int i) => i == 0 || letters[i - 1] == ' ';

    private static bool IsLast(List<char> letters, int i) =>
        letters[i - 1] != ' ' && (i == letters.Count - 1 || letters[i + 1] == ' ');
}
