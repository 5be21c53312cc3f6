using System.Text;
using Glmm.Sparse.Formula;

namespace Glmm.Sparse.Server;

/// <summary>A column that a model uses, with its name as it stands in a request.</summary>
internal sealed class ServedColumn(SchemaColumn column)
{
    public string Name { get; } = column.Name;

    public byte[] Utf8Name { get; } = Encoding.UTF8.GetBytes(column.Name);

    /// <summary>What it held when the model was fitted: numeric, date, time, boolean or text.</summary>
    public string Kind { get; } = column.Kind;
}
