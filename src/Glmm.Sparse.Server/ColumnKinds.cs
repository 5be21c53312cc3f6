namespace Glmm.Sparse.Server;

/// <summary>What a schema calls the kinds of its columns that are spelled in a way of their own in JSON.</summary>
internal static class ColumnKinds
{
    public const string Numeric = "numeric";
    public const string Boolean = "boolean";
}
