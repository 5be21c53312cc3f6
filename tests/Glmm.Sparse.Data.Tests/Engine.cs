using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Data.Tests;

/// <summary>Runs statements that make files.</summary>
internal static class Engine
{
    /// <summary>Runs statements, in which a table is named <c>given</c>.</summary>
    public static void Run(ColumnTable table, params string[] statements)
    {
        using DuckDbSession session = DuckDbSession.Open(DuckDbOptions.Default);
        TableLoader.Load(session, "given", table);
        foreach (string statement in statements) session.Execute(statement);
    }

    /// <summary>Runs statements.</summary>
    public static void Run(params string[] statements)
    {
        using DuckDbSession session = DuckDbSession.Open(DuckDbOptions.Default);
        foreach (string statement in statements) session.Execute(statement);
    }
}
