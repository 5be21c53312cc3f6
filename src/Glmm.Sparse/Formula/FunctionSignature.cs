namespace Glmm.Sparse.Formula;

/// <summary>The arguments that a function takes.</summary>
/// <param name="Parameters">Their names, those that must be given first.</param>
/// <param name="Required">How many must be given.</param>
/// <param name="IsVariadic">Arguments without a name are a list; only others have names.</param>
internal sealed record FunctionSignature(string[] Parameters, int Required = 1, bool IsVariadic = false)
{
    /// <summary>What the function takes, in words.</summary>
    public string Description => (IsVariadic, Parameters.Length) switch
    {
        (true, 0) => $"{Required} or more arguments",
        (true, _) => $"{Required} or more arguments, and by name {string.Join(", ", Parameters)}",
        (false, 1) => "one argument",
        (false, var most) when most == Required => $"{most} arguments, {string.Join(", ", Parameters)}",
        (false, var most) => $"from {Required} to {most} arguments: {string.Join(", ", Parameters)}",
    };
}
