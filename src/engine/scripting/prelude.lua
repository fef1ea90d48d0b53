-- What stands between the engine and a learner's script: the globals that a script sees, made so
-- that no script can change them for the next one. Runs once for each state. Knows no command.
--
-- A table that must not change is shown through an empty face, whose reads go to the real table
-- and whose writes fail; Lua 5.1 has no other way to guard a table.

local host = ...

local error, type, tostring = error, type, tostring
local setmetatable, rawset = setmetatable, rawset
local pcall, xpcall, next = pcall, xpcall, next
local loadstring, resume = loadstring, coroutine.resume
local byte, concat = string.byte, table.concat

local READONLY = 'Attempt to modify a readonly table'
local faces = host.faces

local function face_of(real)
  local face = {}
  local hidden = setmetatable({}, {
    __newindex = function() error(READONLY, 2) end,
    __index = {__index = real},
  })
  faces[face] = real
  faces[hidden] = {}
  return setmetatable(face, {
    __index = real,
    __newindex = function() error(READONLY, 2) end,
    __metatable = hidden,
  })
end

local globals = {}
for _, name in ipairs({
  '_VERSION', 'assert', 'collectgarbage', 'error', 'gcinfo', 'getmetatable', 'ipairs',
  'rawequal', 'rawget', 'select', 'tonumber', 'tostring', 'type', 'unpack',
}) do
  globals[name] = _G[name]
end

globals.pairs = host.pairs

function globals.next(target, key)
  return next(faces[target] or target, key)
end

-- Errors of the engine's functions are caught as the text that a script expects.

local function settled(ok, ...)
  if ok then return true, ... end
  return false, host.caught((...))
end

function globals.pcall(...)
  return settled(pcall(...))
end

local function told(ok, ...)
  if ok then return true, ... end
  return false, host.plain((...))
end

function globals.xpcall(body, handler)
  return told(xpcall(body, function(problem) return handler(host.plain(problem)) end))
end

-- Source is read as text only: compiled code could do anything to the process.

local function read(source, name)
  if type(source) == 'string' and byte(source) == 27 then
    return loadstring(' ' .. source, name or source)
  end
  return loadstring(source, name)
end

globals.loadstring = read

function globals.load(piece, name)
  local pieces = {}
  while true do
    local more = piece()
    if more == nil or more == '' then break end
    pieces[#pieces + 1] = more
  end
  return read(concat(pieces), name or '=(load)')
end

function globals.rawset(target, key, value)
  if faces[target] then error(READONLY, 0) end
  return rawset(target, key, value)
end

function globals.setmetatable(target, metatable)
  if faces[target] then error(READONLY, 0) end
  return setmetatable(target, metatable)
end

local coroutines = {}
for name, value in pairs(coroutine) do coroutines[name] = value end
function coroutines.resume(...)
  return told(resume(...))
end

-- Lua's own search goes one call deeper for each piece of a pattern, without a limit.

local find, match, gmatch, gsub = string.find, string.match, string.gmatch, string.gsub
local LONGEST = 2000

local function checked(_, pattern)
  if type(pattern) == 'string' and #pattern > LONGEST then error('pattern too complex', 3) end
end

function string.find(...) checked(...) return find(...) end
function string.match(...) checked(...) return match(...) end
function string.gmatch(...) checked(...) return gmatch(...) end
function string.gsub(...) checked(...) return gsub(...) end
string.gfind = string.gmatch

host.math.randomseed, host.math.random = host.randomseed, host.random
local shown = {
  coroutine = coroutines, string = string, table = table, math = host.math, redis = host.redis,
  bit = host.bit, cjson = host.cjson, cmsgpack = host.cmsgpack, struct = host.struct,
}
for name, real in pairs(shown) do globals[name] = face_of(real) end

-- Methods of strings go to the real table; who asks for their metatable sees the face.
local strings = face_of({__index = globals.string})
getmetatable('').__metatable = strings

globals._G = face_of(globals)
globals.__redis__err__handler = host.handler
setmetatable(globals, {
  __index = function(_, name)
    error("Script attempted to access nonexistent global variable '" .. tostring(name) .. "'", 2)
  end,
})

local function run(script, keys, arguments)
  globals.KEYS, globals.ARGV = keys, arguments
  return xpcall(script, host.handler)
end

return globals._G, run
