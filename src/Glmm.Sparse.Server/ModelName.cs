using System.Buffers;

namespace Glmm.Sparse.Server;

/// <summary>Names of models: what may become a file name, and nothing that could lead elsewhere.</summary>
internal static class ModelName
{
    public const string Extension = ".model";

    private const int MostCharacters = 100;

    private static readonly SearchValues<char> s_characters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    public static bool IsValid(string name) =>
        name.Length is > 0 and <= MostCharacters && char.IsAsciiLetterOrDigit(name[0])
        && !name.AsSpan().ContainsAnyExcept(s_characters);

    /// <exception cref="RequestException">The name cannot be one.</exception>
    public static string Check(string name) => IsValid(name)
        ? name
        : throw RequestException.Bad(
            $"A model's name has letters, digits, '.', '_' and '-' only, begins with a letter or digit and has at most "
            + $"{MostCharacters} characters.");
}
