using System.Text.Json;

namespace Glmm.Sparse.Server;

/// <summary>Choices and verdicts as they are spelled in documents.</summary>
internal static class Words
{
    public static string Of<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());
}
